/** The error of a load that must fail. */
export async function failedLoad(load: Promise<unknown>): Promise<AggregateError> {
  const outcome: unknown = await load.catch((error: unknown) => error);
  if (outcome instanceof AggregateError) return outcome;
  throw new Error('the load did not fail');
}
