import type { Credential } from '../sign/signer.ts'

/** Gives the credential to sign with at this moment: one that is kept, or one that somebody renews in time. */
export type CredentialSource = () => Credential | Promise<Credential>
