/** The services that the tools call. */
export const upstreamNames = ['github', 'openai', 'example'] as const;

export type UpstreamName = (typeof upstreamNames)[number];

export interface Upstream {
  readonly name: UpstreamName;
  /** `sandbox`: the stand-in of this process. `live`: the real service. */
  readonly mode: 'sandbox' | 'live';
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** The environment variable that holds its key. */
  readonly variable: string;
}

export function isUpstreamName(text: string): text is UpstreamName {
  return (upstreamNames as readonly string[]).includes(text);
}

export function originOf({ baseUrl }: Upstream): string {
  return new URL(baseUrl).origin;
}
