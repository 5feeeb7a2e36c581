// JSON Web Tokens, good and bad, made with nothing but node:crypto (RFC 7515, 7518, 8037).

import crypto from "node:crypto";

const base64url = (value) => Buffer.from(value).toString("base64url");

export const inSeconds = (seconds) => Math.floor(Date.now() / 1000) + seconds;

const signatures = {
    HS256: (input, key) => crypto.createHmac("sha256", key).update(input).digest(),
    HS384: (input, key) => crypto.createHmac("sha384", key).update(input).digest(),
    HS512: (input, key) => crypto.createHmac("sha512", key).update(input).digest(),
    RS256: (input, key) => crypto.sign("sha256", Buffer.from(input), key),
    ES256: (input, key) =>
        crypto.sign("sha256", Buffer.from(input), { key, dsaEncoding: "ieee-p1363" }),
    EdDSA: (input, key) => crypto.sign(null, Buffer.from(input), key),
    none: () => Buffer.alloc(0),
};

// A token of `claims` ({ sub, exp, … }), signed as `algorithm` says; `header` adds to or replaces its header.
export function signToken({ algorithm = "HS256", key, claims, header = {} }) {
    const head = base64url(JSON.stringify({ alg: algorithm, typ: "JWT", ...header }));
    const input = `${head}.${base64url(JSON.stringify(claims))}`;
    return `${input}.${base64url(signatures[algorithm](input, key))}`;
}

// The claims inside a token, unverified.
export const claimsOf = (token) =>
    JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString("utf8"));

const generators = {
    RS256: () => crypto.generateKeyPairSync("rsa", { modulusLength: 2048 }),
    ES256: () => crypto.generateKeyPairSync("ec", { namedCurve: "P-256" }),
    EdDSA: () => crypto.generateKeyPairSync("ed25519"),
};

// A fresh key pair for RS256, ES256 or EdDSA: its public half as PEM and JWK, and a pen that signs with the other.
export function makeKey(algorithm, kid) {
    const { publicKey, privateKey } = generators[algorithm]();
    return {
        algorithm,
        kid,
        pem: publicKey.export({ type: "spki", format: "pem" }),
        jwk: {
            ...publicKey.export({ format: "jwk" }),
            use: "sig",
            alg: algorithm,
            ...(kid ? { kid } : {}),
        },
        sign: (claims, header = kid ? { kid } : {}) =>
            signToken({ algorithm, key: privateKey, claims, header }),
    };
}
