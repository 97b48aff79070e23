// A real browser for the pages that we write: Debian's Chromium, or the Chrome that a runner has.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { ensureDebianPackages } from './debian.ts';

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'] as const;

export function isBrowserHere(): boolean {
  return PROGRAMS.some(existsSync);
}

export function installBrowser(): Promise<void> {
  return ensureDebianPackages('chromium');
}

/** Yours to close. */
export function openBrowser(): Promise<Browser> {
  const executablePath = PROGRAMS.find(existsSync);
  if (executablePath === undefined) throw new Error('there is no browser');
  // As root there is no sandbox to be had; it shows nothing but pages of our own.
  return chromium.launch({ executablePath, headless: true, args: ['--no-sandbox'] });
}
