/** One name in each of the forms that code and prose need. */
export interface AdapterName {
  /** `azure-key-vault`: folder, package, files, scheme. */
  readonly kebab: string;
  /** `azureKeyVault`: the factory. */
  readonly camel: string;
  /** `AzureKeyVault`: types. */
  readonly pascal: string;
  /** `AZURE_KEY_VAULT`: environment variables. */
  readonly constant: string;
  /** `Azure Key Vault`: prose. */
  readonly title: string;
}

/** A name that cannot be an adapter's. The message is for the person who typed it. */
export class RefusedName extends Error {
  override readonly name = 'RefusedName';
}

const LONGEST = 40;

/** Every part begins with a letter or a digit, the first with a letter, so that each form is an identifier. */
const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** ECMA-262, "Reserved Words", strict mode included. */
const RESERVED_WORDS = `arguments await break case catch class const continue debugger default delete do else enum eval
  export extends false finally for function if implements import in instanceof interface let new null package private
  protected public return static super switch this throw true try typeof var void while with yield`.split(/\s+/);

/** Folders that tools treat in their own way, names that Windows keeps for devices, and the command of the project. */
const RESERVED_FOLDERS = 'aux con coverage dist keyturn nul prn src test'.split(' ');

/** @throws {RefusedName} where it is not written in kebab case, or means something else already */
export function adapterName(kebab: string): AdapterName {
  if (!KEBAB.test(kebab)) {
    throw new RefusedName(
      `${JSON.stringify(kebab)} is no name for a package: write it in lower-case letters, digits and single hyphens, ` +
        'beginning with a letter, such as azure-key-vault',
    );
  }
  if (kebab.length > LONGEST) throw new RefusedName(`the name is longer than ${LONGEST} characters`);
  const words = kebab.split('-').map((word) => `${word[0]!.toUpperCase()}${word.slice(1)}`);
  const pascal = words.join('');
  const camel = `${pascal[0]!.toLowerCase()}${pascal.slice(1)}`;
  if (RESERVED_WORDS.includes(camel) || RESERVED_FOLDERS.includes(kebab) || camel in globalThis) {
    throw new RefusedName(`"${kebab}" is a reserved word: name the adapter after the service it asks`);
  }
  return { kebab, camel, pascal, constant: kebab.toUpperCase().replaceAll('-', '_'), title: words.join(' ') };
}
