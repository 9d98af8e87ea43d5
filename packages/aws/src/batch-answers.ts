import type { SecretId } from './secret-id.ts';

/** An entry of a batch's answer. It says whose it is by ARN and name, whatever it was asked by. */
export interface Identified {
  readonly ARN?: string | undefined;
  readonly Name?: string | undefined;
}

/** AWS puts a hyphen and six characters behind the name in an ARN; an id may leave them out. */
const RANDOM_SUFFIX = /^-[A-Za-z0-9]{6}$/;

/** The entry that `id` names: by the whole ARN or the name, else by an ARN without its random end. */
export function answerFor<E extends Identified>({ text }: SecretId, entries: readonly E[]): E | undefined {
  const exact = entries.find(({ ARN, Name }) => ARN === text || Name === text);
  return exact ?? entries.find(({ ARN = '' }) => isPartial(text, ARN));
}

function isPartial(text: string, arn: string): boolean {
  return text.startsWith('arn:') && arn.startsWith(text) && RANDOM_SUFFIX.test(arn.slice(text.length));
}
