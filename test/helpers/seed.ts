import fc from 'fast-check';

/** What properties and fuzzing are tried with: the same in every run, unless `FUZZ_SEED=123` says otherwise. */
export const SEED = Number(process.env.FUZZ_SEED ?? 1);
if (!Number.isInteger(SEED)) throw new Error('FUZZ_SEED must be a whole number');

fc.configureGlobal({ seed: SEED });
