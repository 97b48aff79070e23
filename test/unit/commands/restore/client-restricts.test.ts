import { describe, expect, it } from 'vitest';
import { judgeClient } from '../../../../src/commands/restore/client-restricts.ts';

describe('a client for what somebody else wrote', () => {
  it.each([
    ['12.22', 'a newer major'],
    ['14.18', '14.19'],
    ['14.19', undefined],
    ['15.13', '15.14'],
    ['15.14', undefined],
    ['16.4', '16.10'],
    ['16.10', undefined],
    ['17.5', '17.6'],
    ['17.6', undefined],
    ['18.0', undefined],
    ['19beta1', undefined],
  ])('%s', (version, needed) => {
    const [problem] = judgeClient({ version, major: Number.parseInt(version, 10) });
    expect(problem?.code).toBe(needed && 'PGB886');
    if (needed) {
      expect(problem?.summary).toContain(version);
      expect(problem?.summary).toContain(needed);
    }
  });
});
