import type { Highs } from 'highs';
import { formulate } from './formulation.ts';
import type { ModelArrays } from './model.ts';
import type { OptimizerRequest, OptimizerResult } from './request.ts';
import { resultOf } from './solution.ts';

/** Solves requests with HiGHS. */

/** What is good enough ends the search: it is a race against the next slot, not for the last cent. */
const OPTIONS = {
  output_flag: false,
  /** Currency that what is chosen may be worse than the best, and share of it: goals that are missed make it high */
  mip_abs_gap: 0.01,
  mip_rel_gap: 1e-4,
  /** Little that would only pay for much larger programs */
  mip_heuristic_effort: 0.01,
  mip_allow_restart: false,
  mip_detect_symmetry: false,
} as const;

/**
 * `search`: s after which the best answer that was found has to do. Errors: there is none, which no request should bring about,
 * as goals and limits of import can be missed.
 */
export function solve(highs: Highs, request: OptimizerRequest, search: number): OptimizerResult {
  const formulation = formulate(request);
  const { integrality, ...continuous } = formulation.model;
  const { optimal, timeLimit } = highs.constants.modelStatus;
  const attempt = (data: ModelArrays): Float64Array =>
    highs.withModel(data, (model) => {
      model.options.set({ ...OPTIONS, time_limit: search });
      model.run();
      const status = model.getModelStatus();
      const found = status === timeLimit && model.info.get('primal_solution_status') === FEASIBLE;
      if (status !== optimal && !found) throw new Error(`the linear program has no solution (status ${status})`);
      return model.getSolution().colValue;
    });
  if (!integrality) return resultOf(request, formulation, attempt(continuous));
  // With what was chosen, the rest is best to the last digit: also what is preferred of what costs the same.
  const chosen = attempt(formulation.model);
  const fixed = (bounds: Float64Array): Float64Array =>
    bounds.map((bound, column) => (integrality[column] === 1 ? Math.round(chosen[column] ?? 0) : bound));
  const { colLower, colUpper } = continuous;
  const data = { ...continuous, colLower: fixed(colLower), colUpper: fixed(colUpper) };
  return resultOf(request, formulation, attempt(data));
}

/** Of a solution that keeps all bounds */
const FEASIBLE = 2;
