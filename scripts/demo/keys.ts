// Keys made on the spot: an age identity that alone opens the backups, and an Ed25519 pair that signs their manifests.
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';

export interface DemoKeys {
  readonly ageRecipient: string;
  /** Path of the file with the identity, as stock `age --identity` takes it. */
  readonly ageIdentityFile: string;
  readonly ageIdentity: string;
  /** PEM. */
  readonly signingKey: string;
  /** The public half, PEM. */
  readonly verifyKey: string;
}

/** The private signing key is not written anywhere: it is for the backup alone. */
export async function makeKeys(folder: string): Promise<DemoKeys> {
  const ageIdentity = await generateX25519Identity();
  const ageRecipient = await identityToRecipient(ageIdentity);
  const ageIdentityFile = join(folder, 'age-identity.txt');
  await writeFile(ageIdentityFile, `# public key: ${ageRecipient}\n${ageIdentity}\n`, { mode: 0o600 });
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const verifyKey = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  await writeFile(join(folder, 'verify-key.pem'), verifyKey);
  const signingKey = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  return { ageRecipient, ageIdentityFile, ageIdentity, signingKey, verifyKey };
}
