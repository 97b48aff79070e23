// What kept a request from being sent may pass: the store's patience applies to it, and if that runs out, this is why.
import type { Problem } from '../problems/problem.ts';

export class NotYet extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message, { cause: problem.cause });
    this.name = 'NotYet';
    this.problem = problem;
  }
}
