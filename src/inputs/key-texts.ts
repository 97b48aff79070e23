// Keys and addresses as text. Only an adapter can judge them; the entry does so before it says whether the inputs are good.

export interface KeyTexts {
  readonly ageRecipients?: string | undefined;
  readonly ageIdentity?: string | undefined;
  readonly signingKey?: string | undefined;
  readonly verifyKeys?: string | undefined;
  readonly slackWebhookUrl?: string | undefined;
  readonly pushgatewayUrl?: string | undefined;
  readonly emailTo?: string | undefined;
  readonly emailFrom?: string | undefined;
  readonly smtpUrl?: string | undefined;
  readonly webhookUrl?: string | undefined;
  readonly webhookSecret?: string | undefined;
  readonly pingUrl?: string | undefined;
  readonly githubToken?: string | undefined;
}
