import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { adapterName } from '../new-adapter/adapter-name.ts';
import { createAdapter } from '../new-adapter/create-adapter.ts';
import { fillTemplate } from '../new-adapter/fill-template.ts';

const repository = join(import.meta.dirname, '../..');

describe('the name of an adapter', () => {
  test('has the form that each place needs', () => {
    expect(adapterName('azure-key-vault2')).toEqual({
      kebab: 'azure-key-vault2',
      camel: 'azureKeyVault2',
      pascal: 'AzureKeyVault2',
      constant: 'AZURE_KEY_VAULT2',
      title: 'Azure Key Vault2',
    });
  });

  test.each([
    '',
    'Azure',
    'azure_key',
    '1password',
    '-a',
    'a-',
    'a--b',
    '../core',
    'a/b',
    'é',
    '@keyturn/a',
    'a'.repeat(41),
  ])('%j is refused by its form', (name) => {
    expect(() => adapterName(name)).toThrow(/is no name for a package|longer than/);
  });

  test.each(['new', 'default', 'fetch', 'process', 'dist', 'test', 'con', 'keyturn'])('%s is reserved', (name) => {
    expect(() => adapterName(name)).toThrow(/reserved word/);
  });
});

describe('filling the template', () => {
  const fill = (text: string, path = 'src/acme-source.ts') =>
    fillTemplate([{ path, text }], adapterName('azure-vault'))[0]!;

  test('renames files', () => {
    expect(fill('').path).toBe('src/azure-vault-source.ts');
  });

  test('writes identifiers in camel case and in Pascal case', () => {
    expect(fill('const acme: AcmeClient = acme({}); fakeAcme; [acme]').text).toBe(
      'const azureVault: AzureVaultClient = azureVault({}); fakeAzureVault; [azureVault]',
    );
  });

  test('writes files, packages, schemes and source names in kebab case', () => {
    const text = `'./acme-error.ts' './fake-acme.ts' '@keyturn/template' 'acme' "acme" acme://x \`acme:\${name}\``;
    expect(fill(text).text).toBe(
      `'./azure-vault-error.ts' './fake-azure-vault.ts' '@keyturn/azure-vault' 'azure-vault' "azure-vault" azure-vault://x \`azure-vault:\${name}\``,
    );
  });

  test('writes variables and prose in their own way', () => {
    expect(fill('ACME_TOKEN of Acme Secrets').text).toBe('AZURE_VAULT_TOKEN of Azure Vault');
  });

  test('makes the package public', () => {
    const manifest = JSON.stringify({ name: '@keyturn/template', private: true, version: '0.0.0' });
    const filled = JSON.parse(fill(manifest, 'package.json').text);
    expect(filled).toEqual({ name: '@keyturn/azure-vault', version: '0.0.0' });
  });

  test('refuses a name that is an identifier of the template, but no word of its comments and texts', () => {
    const code = { path: 'src/a.ts', text: "// about bearer\nconst token = 'secret';" };
    expect(() => fillTemplate([code], adapterName('token'))).toThrow(/"token" has a meaning/);
    expect(() => fillTemplate([code], adapterName('bearer'))).not.toThrow();
    expect(() => fillTemplate([code], adapterName('secret'))).not.toThrow();
  });
});

describe('making an adapter', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'keyturn-new-adapter-'));
    for (const file of ['biome.json', '.gitignore', 'pnpm-workspace.yaml', 'templates/adapter']) {
      const filter = (path: string) => !/node_modules|dist$|\.turbo/.test(path);
      cpSync(join(repository, file), join(root, file), { recursive: true, filter });
    }
    mkdirSync(join(root, 'packages'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  test('makes nine files, all in one new folder', () => {
    const before = allFiles(root);
    const { folder, files } = createAdapter(root, 'azure-key-vault');
    expect(files).toEqual([
      'README.md',
      'package.json',
      'src/azure-key-vault-error.ts',
      'src/azure-key-vault-source.ts',
      'src/index.ts',
      'test/conformance.test.ts',
      'test/fake-azure-key-vault.ts',
      'tsconfig.json',
      'turbo.json',
    ]);
    expect(allFiles(root)).toEqual([...before, ...files.map((file) => `${folder}/${file}`)].sort());
    expect(statSync(join(root, folder)).mode & 0o777).toBe(statSync(join(root, 'packages')).mode & 0o777);
  });

  test('leaves no trace of the invented service', () => {
    const { folder, files } = createAdapter(root, 'azure-key-vault');
    const traces = files.filter((file) => /acme|template/i.test(file + readFileSync(join(root, folder, file), 'utf8')));
    expect(traces).toEqual([]);
  });

  test('is formatted and linted, whatever the length of the name', () => {
    for (const name of ['x', 'a-service-with-a-rather-long-name']) createAdapter(root, name);
    const args = [join(repository, 'node_modules/@biomejs/biome/bin/biome'), 'ci', 'packages'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    expect({ status, output: `${stdout}${stderr}` }).toMatchObject({
      status: 0,
      output: expect.not.stringContaining('━'),
    });
  });

  test('leaves out what tools left in the template', () => {
    for (const folder of ['node_modules', 'dist', '.turbo']) {
      mkdirSync(join(root, 'templates/adapter', folder));
      writeFileSync(join(root, 'templates/adapter', folder, 'left.ts'), '');
    }
    expect(createAdapter(root, 'azure').files).toHaveLength(9);
  });

  test('refuses a name whose folder or package exists, and touches neither', () => {
    createAdapter(root, 'azure');
    writeFileSync(join(root, 'packages/azure/README.md'), 'mine');
    expect(() => createAdapter(root, 'azure')).toThrow(/packages\/azure exists already/);
    expect(readFileSync(join(root, 'packages/azure/README.md'), 'utf8')).toBe('mine');
    expect(() => createAdapter(root, 'template')).toThrow(/templates\/adapter is called @keyturn\/template already/);
  });

  test('makes nothing where the files cannot be formatted', () => {
    writeFileSync(join(root, 'biome.json'), '{');
    expect(() => createAdapter(root, 'azure')).toThrow(/could not be formatted/);
    expect(readdirSync(join(root, 'packages'))).toEqual([]);
  });

  test('leaves nothing behind where it fails half-way', () => {
    // Two things that come out at one path: the second cannot be written when the first has been.
    writeFileSync(join(root, 'templates/adapter/src/acme'), '');
    mkdirSync(join(root, 'templates/adapter/src/azure'));
    writeFileSync(join(root, 'templates/adapter/src/azure/more.md'), '');
    const before = allFiles(root);
    expect(() => createAdapter(root, 'azure')).toThrow(/src\/azure/);
    expect(allFiles(root)).toEqual(before);
    expect(readdirSync(join(root, '.cache'))).toEqual([]);
    expect(existsSync(join(root, 'packages/azure'))).toBe(false);
  });
});

function allFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}
