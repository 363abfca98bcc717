import { test } from 'vitest';
import cases from '../src/contract/index.ts';

for (const { title, run } of cases) test(title, run);
