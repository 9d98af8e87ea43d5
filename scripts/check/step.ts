/** One thing that `npm run check` looks at. */
export interface Step {
  readonly name: string;
  /** Steps that must have succeeded before this one runs. */
  readonly needs?: readonly string[];
  /** Throws where the check fails; the message is all that is printed. */
  run(): Promise<void>;
}
