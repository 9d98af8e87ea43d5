/** What a sandboxed service is asked. */
export interface Question {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** What it answers, as JSON. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A service that stands in for a real one: what it does, and how it words a refusal. */
export interface Service {
  answer(question: Question): Answer;
  /** The body of its 401; real services like to quote the key they refuse, so these do too. */
  refuse(authorization: string): unknown;
}
