// What the stored bytes cost, at a price that somebody named: an estimate of storage alone, without requests and traffic.
import type { StatusPage } from './data.ts';

const GB = 1e9;

/** `0.42 USD a month`; '' where no price is known. */
export function monthlyCost(bytes: number, price: StatusPage['price']): string {
  if (!price) return '';
  const amount = (bytes / GB) * price.amount;
  if (bytes > 0 && amount < 0.01) return `under 0.01 ${price.currency} a month`;
  return `${amount.toFixed(2)} ${price.currency} a month`;
}
