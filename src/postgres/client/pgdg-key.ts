// The key that signs the PostgreSQL project's package repository, as Debian's postgresql-common ships it, without the
// signatures of others. Everything that is fetched from there, or was kept from there, is believed for this key alone.

export interface SigningKey {
  /** Of the primary key: 40 upper-case hex digits. */
  readonly fingerprint: string;
  /** A keyring that gpgv reads. */
  readonly keyring: Buffer;
}

export const PGDG_KEY: SigningKey = {
  fingerprint: 'B97B0AFCAA1A47F044F244A07FCC7D46ACCC4CF8',
  keyring: Buffer.from(
    `
mQINBE6XR8IBEACVdDKT2HEH1IyHzXkb4nIWAY7echjRxo7MTcj4vbXAyBKOfjjaUrBEJWHN6fjKJXOYWXHLIYg0hOGeW9qcSiaa
1/rYIbOzjfGfhE4x0Y+NJHS1db0VG6GUj3qXaeyqIJGS2z7m0Thy4Lgr/LpZlZ78Nf1fliSzBlMo1sV7PpP/7zUO+aA4bKa8Rio3
weMXQOZgclzgeSdqtwKnyKTQdXY5MkH1QXyFIk1nTfWwyqpJjHlgtwMic2cxjqG5nnV9rIYlTTjYG6RBglq0SmzF/raBnF4Lwjxq
4qRqvRllBXdFu5+2pMfCIZ10HPRdqDCTN60DUix+BTzBUT30NzaLhZbOMT5RvQtvTVgWpeIn20i2NrPWNCUhhj490dKDLpK/v+A5
/i8zPvN4c6MkDHi1FZfaoz3863dylUBR3Ip26oM0hHXf4/2UA/oA4pCl2W0hc4aNtozjKHkVjRx5Q8/hVYu+39csFWxo6YSB/KgI
Ew+0W8DiTII3RQj/OlD68ZDmGLyQPiJvaEtY9fDrcSpI0Esm0i4sjkNbuuh0Cvwwwqo5EF1zfkVjTqz2REYQGMJGc5LUbIpk5sMH
o1HWV038TWxlDRwtOdzw08zQA6BeWe9FOokRPeR2AqhyaJJwOZJodKZ76S+LDwFkTLzEKnYPCzkoRwLrEdNt1M7wQBThnC5z6wAR
AQABtBxQb3N0Z3JlU1FMIERlYmlhbiBSZXBvc2l0b3J5iQJOBBMBCAA4AhsDBQsJCAcDBRUKCQgLBRYCAwEAAh4BAheAFiEEuXsK
/KoaR/BE8kSgf8x9RqzMTPgFAlhtCD8ACgkQf8x9RqzMTPgECxAAk8uL+dwveTv6eH21tIHcltt8U3Ofajdo+D/ayO53LiYOxi27
kdHD0zvFMUWXLGxQtWyeqqDRvDagfWglHucIcaLxoxNwL8+e+9hVFIEskQAYkVToBCKMXTQDLarz8/J030Pmcv3ihbwB+jhnykMu
yyNmht4kq0CNgnlcMCdVz0d3z/09puryIHJrD+A8y3TD4RM74snQuwc9u5bsckvRtRJKbP3GX5JaFZAqUyZNRJRJTn2OQRBhCpxh
lZ2afkAPFIq2aVnEt/Ie6tmeRCzsW3lOxEH2K7MQSfSu/kRz7ELfCz3NJHj7rMzC+76Rhsas60t9CjmvMuGONEpctijDWONLCuch
3Pdj6XpC+MVxpgBy2VUdkunb48YhXNW0jgFGM/BFRj+dMQOUbY8PjJjsmVV0joDruWATQG/M4C7O8iU0B7o6yVv4m8LDEN9CiR6r
7H17m4xZseT3f+0QpMe7iQjz6XxTUFRQxXqzmNnloA1T7VjwPqIIzkj/u0V8nICG/ktLzp1OsCFatWXh7LbU+hwYl6gsFH/mFDqV
xJ3+DKQivyf1NatzEwl62foVjGUSpvh3ymtmtUQ4JUkNDsXiRBWczaiGSuzD9Qi0ONdkAX3bewqmN4TfE+XIpCPxxHXwGq9Rv1IF
jOdCX0iG436GHyTLC1tTUIKF5xV4Y0+cXIM=
`,
    'base64',
  ),
};
