import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readOutboundUrl, secretParts } from '../../../src/notify/outbound-url.ts';

describe('an address to send to', () => {
  it.each([
    'https://example.com/hooks/abc?x=1',
    'https://hc-ping.com/5f3c1c1e-0000-4000-8000-000000000000',
    'https://10.1.2.3:8443/x',
    'http://127.0.0.1:8080/x',
    'http://localhost/x',
    'http://[::1]:9/x',
  ])('may be %s', text => {
    expect(readOutboundUrl(` ${text}\n`)).toMatchObject({ href: text });
  });

  it.each([
    ['', 'unreadable'],
    ['example.com/x', 'unreadable'],
    ['https://exa mple.com', 'unreadable'],
    ['https:\\\\example.com', 'unreadable'],
    ['http://example.com/x', 'not-https'],
    ['http://10.0.0.1/x', 'not-https'],
    ['file:///etc/passwd', 'not-https'],
    ['https://169.254.169.254/latest/meta-data', 'forbidden-host'],
    ['https://0xA9FEA9FE/', 'forbidden-host'],
    ['https://2852039166/', 'forbidden-host'],
    ['https://169.254.0.1/', 'forbidden-host'],
    ['https://[fe80::1]/', 'forbidden-host'],
    ['https://[febf::1]/', 'forbidden-host'],
    ['https://[::ffff:169.254.169.254]/', 'forbidden-host'],
    ['https://[::169.254.169.254]/', 'forbidden-host'],
    ['https://[64:ff9b::169.254.169.254]/', 'forbidden-host'],
    ['https://[2002:a9fe:a9fe::]/', 'forbidden-host'],
    ['https://[fd00:ec2::254]/', 'forbidden-host'],
    ['https://[fd20:ce::254]/', 'forbidden-host'],
    ['https://metadata.google.internal/', 'forbidden-host'],
    ['https://METADATA.google.internal./', 'forbidden-host'],
    ['https://user:password@example.com/', 'extras'],
    ['https://example.com/#part', 'extras'],
  ])('is not %s: %s', (text, fault) => {
    expect(readOutboundUrl(text)).toBe(fault);
  });

  it('is judged without throwing, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl(), fc.string({ unit: 'binary' })), text => {
        const url = readOutboundUrl(text);
        expect(typeof url === 'string' || url.protocol === 'https:' || url.hostname === 'localhost').toBe(
          true,
        );
      }),
    );
  });
});

it('the parts that would let somebody else write there are secret, short words are not', () => {
  const parts = secretParts(new URL('https://example.com/api/hooks-1234/s3cr3t-t0ken?key=k-9876&v=1'));
  expect(parts).toContain('s3cr3t-t0ken');
  expect(parts).toContain('k-9876');
  expect(parts).not.toContain('api');
});
