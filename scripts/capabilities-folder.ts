import { fileURLToPath } from 'node:url';

/** Where a full `npm test` leaves what the conformance suites proved. */
export const CAPABILITIES_FOLDER = fileURLToPath(new URL('../.cache/capabilities', import.meta.url));
