/** What `process.env` is. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** The variable as it is set; `process.env` also answers to `constructor` and other names of every object. */
export function readVariable(env: EnvironmentVariables, name: string): string | undefined {
  return Object.hasOwn(env, name) ? env[name] : undefined;
}
