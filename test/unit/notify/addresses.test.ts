import { describe, expect, it } from 'vitest';
import { parseEmail } from '../../../src/notify/email-address.ts';
import { parsePingUrl, parseWebhook } from '../../../src/notify/webhook-address.ts';

const SMTP = 'smtp://ops%40example.com:p%40ss%2Fw%C3%B6rd@mail.example.com';
const codesOf = (parsed: object | null) =>
  parsed !== null && 'problems' in parsed ? (parsed.problems as { code: string }[]).map(one => one.code) : [];

describe('e-mail', () => {
  it('is off where nothing is given', () => {
    expect(parseEmail({ to: undefined, from: undefined, smtpUrl: undefined })).toBeNull();
  });

  it('reads several recipients, and takes the login for the sender where it is an address', () => {
    expect(
      parseEmail({ to: 'a@example.com, b@example.com;\nc@example.com', from: undefined, smtpUrl: SMTP }),
    ).toEqual({
      to: ['a@example.com', 'b@example.com', 'c@example.com'],
      from: 'ops@example.com',
      server: {
        host: 'mail.example.com',
        port: 587,
        encryption: 'starttls',
        login: { user: 'ops@example.com', password: 'p@ss/wörd' },
      },
    });
  });

  it.each([
    [
      'smtp://mail.example.com:2525',
      { host: 'mail.example.com', port: 2525, encryption: 'starttls', login: null },
    ],
    ['smtps://u:p@mail.example.com', { port: 465, encryption: 'tls', login: { user: 'u', password: 'p' } }],
    ['smtps://u:12345@mail.example.com:443', { port: 443, encryption: 'tls' }],
    ['SMTP://Mail.Example.com/', { host: 'mail.example.com', port: 587 }],
    ['smtp://localhost:1025', { host: 'localhost', port: 1025, encryption: 'none' }],
    ['smtp://[::1]:25', { host: '::1', port: 25, encryption: 'none' }],
    ['smtps://127.0.0.1', { encryption: 'tls' }],
  ])('reads %s', (smtpUrl, server) => {
    expect(parseEmail({ to: 'a@example.com', from: 'b@example.com', smtpUrl })).toMatchObject({ server });
  });

  it.each([
    'mail.example.com:587',
    'https://mail.example.com',
    'smtp://',
    'smtp://mail.example.com/x',
    'smtp://mail.example.com?tls=off',
    'smtp://user:pa/ss@mail.example.com',
    'smtp://user:pa#ss@mail.example.com',
    'smtp://user:50%@mail.example.com',
    'smtp://user:p@mail.example.com:99999',
    'smtp://user:p ass@mail.example.com',
  ])('refuses %s without repeating it', smtpUrl => {
    const parsed = parseEmail({ to: 'a@example.com', from: 'b@example.com', smtpUrl });
    expect(codesOf(parsed)).toEqual(['PGB157']);
    expect(JSON.stringify(parsed)).not.toMatch(/pa[/#]ss|50%|p ass|99999/);
  });

  it('goes to no address that hands out credentials', () => {
    for (const host of ['169.254.169.254', '[fe80::1]', '0xA9FEA9FE'])
      expect(
        codesOf(parseEmail({ to: 'a@b.example', from: 'c@b.example', smtpUrl: `smtps://${host}` })),
      ).toEqual(['PGB156']);
  });

  it.each([
    ['no server', { to: 'a@example.com', from: 'b@example.com', smtpUrl: undefined }, 'PGB159'],
    ['no recipient', { to: undefined, from: undefined, smtpUrl: SMTP }, 'PGB159'],
    ['a sender alone', { to: undefined, from: 'b@example.com', smtpUrl: undefined }, 'PGB159'],
    [
      'no sender',
      { to: 'a@example.com', from: undefined, smtpUrl: 'smtp://key:p@mail.example.com' },
      'PGB159',
    ],
    ['a name', { to: 'Ann <a@example.com>', from: 'b@example.com', smtpUrl: SMTP }, 'PGB158'],
    ['a header', { to: 'a@example.com\r\nBcc: x@example.com', from: undefined, smtpUrl: SMTP }, 'PGB158'],
    ['commas alone', { to: ' , ;', from: undefined, smtpUrl: SMTP }, 'PGB158'],
    ['two senders', { to: 'a@example.com', from: 'b@example.com, c@example.com', smtpUrl: SMTP }, 'PGB158'],
    ['a bad server, once', { to: 'a@example.com', from: undefined, smtpUrl: 'mail' }, 'PGB157'],
    ['no host', { to: 'a@example.com', from: 'ops', smtpUrl: SMTP }, 'PGB158'],
  ])('refuses %s', (_, texts, code) => {
    expect(codesOf(parseEmail(texts))).toEqual([code]);
  });
});

describe('the webhook', () => {
  const URL_TEXT = 'https://example.com/hooks/abcdefgh';
  const key = Buffer.alloc(32, 9).toString('base64');

  it.each([
    [undefined, undefined, null],
    [URL_TEXT, undefined, { key: null }],
    [URL_TEXT, key, { key: Buffer.alloc(32, 9) }],
    [URL_TEXT, ` whsec_${key}\n`, { key: Buffer.alloc(32, 9) }],
    [URL_TEXT, key.replace(/=+$/, ''), { key: Buffer.alloc(32, 9) }],
  ])('reads %s with %s', (url, secret, parsed) => {
    if (parsed === null) expect(parseWebhook(url, secret)).toBeNull();
    else expect(parseWebhook(url, secret)).toMatchObject({ url: new URL(URL_TEXT), ...parsed });
  });

  it.each([
    [undefined, key, ['PGB159']],
    ['http://example.com/x', undefined, ['PGB154']],
    ['https://169.254.169.254/x', key, ['PGB156']],
    [URL_TEXT, 'a password of my own', ['PGB155']],
    [URL_TEXT, Buffer.alloc(23).toString('base64'), ['PGB155']],
    [URL_TEXT, Buffer.alloc(65).toString('base64'), ['PGB155']],
    ['nothing', 'nothing', ['PGB154', 'PGB155']],
  ])('refuses %s with %s, all at once', (url, secret, codes) => {
    const parsed = parseWebhook(url, secret);
    expect(codesOf(parsed)).toEqual(codes);
    expect(JSON.stringify(parsed)).not.toContain('a password of my own');
  });
});

it('a ping goes to https addresses alone', () => {
  expect(parsePingUrl('https://hc-ping.com/abc')).toEqual({ url: new URL('https://hc-ping.com/abc') });
  expect(codesOf(parsePingUrl('http://hc-ping.com/abc'))).toEqual(['PGB154']);
  expect(codesOf(parsePingUrl('https://u:p@hc-ping.com/abc'))).toEqual(['PGB154']);
});
