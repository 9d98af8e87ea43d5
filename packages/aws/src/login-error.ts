import { CredentialError, type CredentialErrorCode } from '@keyturn/core';
import { connectionError } from './call-error.ts';
import { chosenProfile } from './chosen-profile.ts';
import type { Asked } from './exception-error.ts';

/** What an attempt to log in may fail with and still be worth another one. */
const PASSING: ReadonlySet<CredentialErrorCode> = new Set(['unreachable', 'timed_out', 'rate_limited']);

/** Each of them tells the SDK where credentials are; one that is set to nothing does not. */
const VARIABLES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_PROFILE',
  'AWS_ROLE_ARN',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];

/** The error of a search for the region that found none. */
export async function regionError({ source }: Asked): Promise<CredentialError> {
  const profile = await chosenProfile();
  if (profile.isNamed && !profile.exists) return brokenLogin(source, 'AWS_PROFILE names a profile that does not exist');
  const other = process.env['AWS_DEFAULT_REGION']
    ? '; the AWS SDK for JavaScript does not read AWS_DEFAULT_REGION'
    : '';
  return new CredentialError('not_configured', 'no AWS region is set', {
    source,
    hint: `set AWS_REGION, or give the region${other}`,
  });
}

/**
 * The error of a search for credentials that found none. Only a machine that was never told of any is
 * `not_configured`; `given`: the application brought a client of its own, and so told.
 */
export async function loginError(thrown: unknown, { source }: Asked, given: boolean): Promise<CredentialError> {
  const failure = connectionError(thrown, { source, operation: 'the search for AWS credentials' });
  if (PASSING.has(failure.code)) return failure;
  if (given || (await wasTold()))
    return brokenLogin(source, 'the AWS credentials of this machine cannot be had', thrown);
  return new CredentialError('not_configured', 'this machine has no AWS credentials', {
    source,
    hint: 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give the machine a role',
  });
}

async function wasTold(): Promise<boolean> {
  return VARIABLES.some((name) => process.env[name]) || (await chosenProfile()).logsIn;
}

function brokenLogin(source: string, message: string, thrown?: unknown): CredentialError {
  const isSingleSignOn = thrown instanceof Error && /\bsso\b|aws login/i.test(thrown.message);
  const code = isSingleSignOn ? 'reauthorization_required' : 'unauthenticated';
  return new CredentialError(code, message, {
    source,
    hint: isSingleSignOn ? 'log in again: aws sso login' : 'aws sts get-caller-identity, run here, shows what is wrong',
  });
}
