export { type AcmeClient, type AcmeOptions, acme } from './acme-source.ts';
