import { expect, it } from 'vitest';
import { exitStatus } from '../../../src/entry/exit-status.ts';
import { Problem, type ProblemKind } from '../../../src/problems/problem.ts';

function failure(...kinds: ProblemKind[]) {
  const problems = kinds.map(kind => new Problem({ kind, code: 'PGB999', summary: 'S.', hint: 'H.' }));
  return { result: 'failed' as const, problems };
}

it.each(['success', 'degraded', 'planned'] as const)('%s is 0, even where a signal came', result => {
  expect(exitStatus({ result, problems: [] }, null)).toBe(0);
  expect(exitStatus({ result, problems: [] }, 'SIGTERM')).toBe(0);
});

it.each<[ProblemKind, number]>([
  ['configuration', 2],
  ['stale', 3],
  ['environment', 1],
  ['remote', 1],
  ['integrity', 1],
  ['internal', 1],
])('a failure of the kind %s is %d', (kind, status) => {
  expect(exitStatus(failure(kind), null)).toBe(status);
});

it('of several problems the first decides; none at all is a failure still', () => {
  expect(exitStatus(failure('configuration', 'remote'), null)).toBe(2);
  expect(exitStatus(failure('remote', 'configuration'), null)).toBe(1);
  expect(exitStatus(failure(), null)).toBe(1);
});

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  [null, 130],
] as const)('cancelled by %s is %d', (received, status) => {
  expect(exitStatus({ ...failure('cancelled'), result: 'cancelled' }, received)).toBe(status);
});
