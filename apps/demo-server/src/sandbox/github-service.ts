import type { Service } from './answer.ts';

const repositories = [
  ['modelcontextprotocol/servers', 'Model Context Protocol servers', 78_000],
  ['modelcontextprotocol/typescript-sdk', 'The TypeScript SDK for MCP servers and clients', 11_000],
  ['modelcontextprotocol/inspector', 'Visual testing tool for MCP servers', 8_000],
  ['hashicorp/vault', 'A tool for secrets management and privileged access', 34_000],
  ['panva/jose', 'JWT, JWS, JWE, JWK and JWKS for every JavaScript runtime', 6_000],
  ['external-secrets/external-secrets', 'Reads secrets from external APIs into Kubernetes', 6_000],
] as const;

/** `GET /search/repositories`, as in https://docs.github.com/en/rest/search/search */
export const githubService: Service = {
  answer({ method, url }) {
    if (method !== 'GET' || url.pathname !== '/search/repositories') {
      return { status: 404, body: { message: 'Not Found' } };
    }
    const words = (url.searchParams.get('q') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return { status: 422, body: { message: 'Validation Failed' } };
    const items = repositories.filter((repository) => mentions(repository, words)).map(toItem);
    return { status: 200, body: { total_count: items.length, incomplete_results: false, items } };
  },
  refuse: (authorization) => ({ message: 'Bad credentials', received: authorization }),
};

type Repository = (typeof repositories)[number];

function mentions([name, description]: Repository, words: readonly string[]): boolean {
  const text = `${name} ${description}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function toItem([name, description, stars]: Repository) {
  return { full_name: name, description, stargazers_count: stars, html_url: `https://github.com/${name}` };
}
