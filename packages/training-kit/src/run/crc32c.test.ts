import { expect, test } from 'vitest';
import { crc32c, maskedCrc32c } from './crc32c.js';

// Check value of the CRC catalogue for "123456789"; the others from RFC 3720, appendix B.4.
test.each([
  { what: 'nothing', bytes: new Uint8Array(), crc: 0 },
  { what: '"123456789"', bytes: new TextEncoder().encode('123456789'), crc: 0xe306_9283 },
  { what: '32 zeros', bytes: new Uint8Array(32), crc: 0x8a91_36aa },
  { what: '32 ones', bytes: new Uint8Array(32).fill(0xff), crc: 0x62a8_ab43 },
  { what: '0 to 31', bytes: Uint8Array.from({ length: 32 }, (_, i) => i), crc: 0x46dd_794e },
  { what: '31 to 0', bytes: Uint8Array.from({ length: 32 }, (_, i) => 31 - i), crc: 0x113f_db5c },
])('CRC-32C of $what', ({ bytes, crc }) => {
  expect(crc32c(bytes)).toBe(crc);
});

test('the mask rotates right by 15 bits and adds its constant', () => {
  // 0xe3069283 rotated is 0x2507c60d; plus 0xa282ead8 is 0xc78ab0e5.
  expect(maskedCrc32c(new TextEncoder().encode('123456789'))).toBe(0xc78a_b0e5);
});
