/** Answers composed from the documentation of the API. */
export const METERS = [
  { meterId: 'aaa111', fullSerialNumber: '1ESY1161000001', measurementType: 'ELECTRICITY' },
  { meterId: 'bbb222', fullSerialNumber: '1ESY1161000002', measurementType: 'ELECTRICITY' },
  { meterId: 'ccc333', fullSerialNumber: '7ELS0000000003', measurementType: 'GAS' },
];

export const VALUES = {
  power: -1234567,
  power1: -400000,
  power2: -400500,
  power3: -434067,
  voltage1: 230100,
  voltage2: 231200,
  voltage3: 229800,
  energy: 22123456789000,
  energyOut: 1234567890000,
};
