import { CredentialError } from '@keyturn/core';

/** What names one secret: its name, its ARN, or its ARN without the six random characters at the end. */
export interface SecretId {
  /** As it was given, and as it is sent. */
  readonly text: string;
  /** The region to ask: that of the ARN, else the one that was given for this secret. Absent: the default one. */
  readonly region?: string;
}

/** CreateSecret, `Name`. AWS's own secrets have a `!` besides. */
const LONGEST_NAME = 512;
const REFUSED_IN_NAME = /[^A-Za-z0-9/_+=.@!-]/;
const ARN = /^arn:aws[a-z-]*:secretsmanager:([a-z0-9-]+):\d{12}:secret:(.+)$/;
const REGION = /^[a-z]{2,8}(-[a-z]+)+-\d{1,2}$/;
const FORM = 'give the name of the secret, or its ARN (arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-RANDOM)';

/**
 * @throws {CredentialError} `invalid_reference` where AWS would refuse the id, or the ARN is of another region than
 *   `region`. What was given is not quoted: people paste secrets where a name belongs.
 */
export function secretId(text: string, region: string | undefined): SecretId {
  if (region !== undefined) checkRegion(region);
  if (text === '') throw malformed('the id of the secret is empty');
  if (!text.startsWith('arn:')) {
    checkName(text, 0);
    return { text, ...(region !== undefined && { region }) };
  }
  const [, arnRegion, name] = ARN.exec(text) ?? [];
  if (arnRegion === undefined || name === undefined) throw malformed('the ARN is not that of a secret');
  checkName(name, text.length - name.length);
  if (region !== undefined && region !== arnRegion) {
    throw malformed(
      `the ARN is of ${arnRegion}, the region given is ${region}`,
      'leave the region out: an ARN names its own',
    );
  }
  return { text, region: arnRegion };
}

/** @throws {CredentialError} `invalid_reference` */
export function checkRegion(region: string): void {
  if (!REGION.test(region)) throw malformed('the region is malformed', 'a region looks like eu-west-1');
}

/** @throws {CredentialError} `invalid_reference` */
export function checkStage(stage: string): void {
  const wrong = stage === '' || stage.length > 256;
  if (wrong)
    throw malformed(`the stage has ${stage.length} characters`, 'a stage looks like AWSPREVIOUS, up to 256 characters');
}

/** @throws {CredentialError} `invalid_reference` */
export function checkVersionId(versionId: string): void {
  const wrong = versionId.length < 32 || versionId.length > 64;
  if (wrong)
    throw malformed(`the version id has ${versionId.length} characters`, 'a version id has 32 to 64, as a UUID does');
}

function checkName(name: string, offset: number): void {
  if (name.length > LONGEST_NAME) throw malformed(`the name of the secret has ${name.length} characters`);
  const refused = REFUSED_IN_NAME.exec(name);
  if (refused === null) return;
  const position = offset + refused.index + 1;
  throw malformed(
    `a character that names cannot have stands at position ${position} of the secret's id`,
    'a name has letters, digits and /_+=.@!- only',
  );
}

function malformed(message: string, hint: string = FORM): CredentialError {
  return new CredentialError('invalid_reference', message, { source: 'aws', hint });
}
