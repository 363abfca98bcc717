import { expect, test } from 'vitest';
import { checked } from '../../../core/loading/answers.ts';

test.each([
  ['of another type', 'fast', /another shape: "fast"$/],
  ['that does not fit', { current: 'lots' }, /another shape: \{"current":"lots"\}$/],
  ['that comes later', Promise.resolve(), /must answer at once$/],
])('an answer %s is a fault of the plugin, told without a stack of our own', (_, answer, message) => {
  const check = (): unknown => checked(answer, () => false);
  expect(check).toThrow(
    expect.objectContaining({ code: 'EVCC_PLUGIN_FAILED', message: expect.stringMatching(message) }),
  );
});
