/** Public keys, and what `ssh-keygen -lf` of OpenSSH 9.2 prints of them, without their comment. */
export const KEYS = {
  ed25519: [
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILhwOPmkJgk/r47EfG2QMU/PXksf5tWvi1b4QC0svf1I",
    "256 SHA256:QTicEx91pnE6esK/C4BLnGpG79O7q4EZdm8eigHbPlo (ED25519)",
  ],
  ecdsa256: [
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBIB8803Z+02MF+2G3L6knqZ6Sl+5IFH7XZw+nib805gAtLo1zXxOBRjJ/OTAx+0ECxAGt7YL9axAUb/u2weEI70=",
    "256 SHA256:f8fzrcgEWYGetLNOjn+rZWT1jggRFewJUWd1KojwCFU (ECDSA)",
  ],
  ecdsa384: [
    "ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBOVL63+L9oTd3PHjbHZvuaEL+v3f5s+h1kCelmiFcpfcHJoIL1eePnq6TXY5IKaMfH4XohW8VCzOm7sjsmue8ONBn9dT08uv5Bk9Bt0FOybH07E1NPOX61rYuYfNJeSk0w==",
    "384 SHA256:YgYq2WqEg9hWzvt84lW3bVsHlWAgiVoEW13DFkl6jSQ (ECDSA)",
  ],
  ecdsa521: [
    "ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAE+klN6DaHzvTDCIEvdXmLyuDpZrmAEsDbn04soapwJB9/8hWu1VZ/b01EMPc1f8vYmm5QpQe8vi2wB8WA9jgCi1gGKo5JqVmKfFphI/Hq41Pui39gSLxcwDyGbobx6V/SXj/LdLIhx0xoqwCmiKyHSovRCU20dX/8zPW/Q/ieJIQxa4w==",
    "521 SHA256:JpJ31Hm2ZfOA0DakbB89qVpjqxqYAgKfWFV+8Yv9qRY (ECDSA)",
  ],
  rsa2048: [
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC0HGzkZK2m/Suih+WKguM/cehFmUwE2FGVZKzQVHdCkFoTjtHWJX6A41G4Nheh9Sdcr9kkKEzrLWX/7vfebrWZhrGxs8b3BRw2qLYO8cVy14sazXutCUDeqKTMXsrS1fLECrRXkSeZ2pioa8yia6xXvw5o+usEhvbYPUZTr2GAJ1104RMo+RH1ShIsrms8Zm2WcSvpHnf9tDsnoVan6Exf2Vpww7YFsw47oQxhub2KYqfJRa7j5z8pj0unCkKHxmNjnQi6Ao9CaKNcOGMpeRUXN4vWtpOQn2flAy84DfPO8/1528cSxnHT0O9aE04LDEJVeQtCrWqqgMlqarRSo/in",
    "2048 SHA256:fgkCUqvxi6I+xh0q2ARNxZP9g2GfwiQEL/YfdV++Glc (RSA)",
  ],
  rsa3072: [
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQCW4p0KHLUKB2gzk101Lrv/RCP9qG8taZw7VGbOafq2SXT2BMnSN8aHFRsmsCITxHKJ8c0Jy3lz3Pr7S8hLLnlw4QkvJJGcOIHhZ6/OZ96hDSmcozZuIyhwjlfyGhWXNLWBPDYJ0N6MTzVWUSQGUyZOUTG4lrU1uzJ7BzLdIEi3iA0aR0Jzy/zTk02OS0MIvo6M0i9V8nzJDkFju6SQU/kixpgiimjyDiI6dhZTlQBjyh4GEKtjnvjNXs/rSlek3oYJ8V3JRL+K0eT2p8ywPcwz3wl5dlVrG7zoqSSWFkif9jtZpf0MdaAHibhULaTueMTBjjGeT9dfvnJvkQ8vWAK2ZPcJZN6SIyhKbUhVPxFfB/wtdZMY/CK/Nx8cIArSB3loXjpfQQHVLGPSnU39gH7ghH/JUPujqWNv+E8MrF08xRa0kSFHCNnC1sJavxBY4X6YCMci+Nb15nxc47zaKVxgashz758Hzm+KlTBF19icOJA3BjtYRgEqzMdTIsYi8rc=",
    "3072 SHA256:QlPab3jInkFsnGu0tnux6x600Amy7NREnm3W1QmeVdk (RSA)",
  ],
} as const satisfies Record<string, readonly [line: string, printed: string]>;

export const lineOf = (name: keyof typeof KEYS): string => KEYS[name][0];
