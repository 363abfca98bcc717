/** Answer to `GET /api/2.0/my/main/current`, composed from the vendor's description. */
export const CURRENT = {
  Outdated: false,
  Watt: -1234,
  Timestamp: 1748772000,
  A_Plus: 12345678,
  A_Plus_HT: 12345678,
  A_Plus_NT: 0,
  A_Minus: 2345678,
};
