// Keys and tokens made by others: by the JavaScript library jose 6 and, those named so, by the
// openssl command line. For tests only: the private halves are gone. All tokens end with 2099.
#pragma once

#include <string_view>

namespace homeroom::identity::foreign {

inline constexpr std::string_view secret = "an independent secret of more than 32 bytes";

inline constexpr std::string_view hs256_token =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhZGEiLCJpc3MiOiJodHRwczovL2xvZ2luLnNjaG9"
    "vbC5leGFtcGxlIiwiYXVkIjpbImhvbWVyb29tIiwib3RoZXIiXSwiaWF0IjoxNzAwMDAwMDAwLCJuYmYiOjE3MDA"
    "wMDAwMDAsImV4cCI6NDEwMjQ0NDgwMCwic2NvcGUiOiJyZWFkIHNlcnZpY2UifQ.bmrQIIwSsxD_NvFQNT6F_big"
    "rCMhZH02Qa3eURwGRc0";

inline constexpr std::string_view rs256_pem = R"(-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAjHpSeWMLKMbngLcnR3Xg
XAfHnmcAkSOHdhApmgqCib3hZ6YJQXbPDRHppX6WdI3Pq8mOd8WozenEuXwLKrpr
Vilsg22ehVNduuZLO5tSvkZ9eu1HihZPiGdkOt+goUln0A2ZIe4mZix6IB2zLljI
kbJWzjaZnRxDaK+mWiM/MOfdKZDuTA3n3LP8gTNQsGnbzFXix0+7Es40UW5XNu0X
P2sNZfOyEn+lRrOOniHBhHCSjeUvGthvYsPDjIVSP16iupMLw2rAzg6VBL5rZLly
vmIaI8EbS444qMb0X+U9Pu1LK6Ji5Iy4xLoQ43fs7Y7aboQKSno286PVEfv/HbI1
TQIDAQAB
-----END PUBLIC KEY-----
)";

inline constexpr std::string_view rs256_jwk =
    "{\"kty\":\"RSA\",\"n\":\"jHpSeWMLKMbngLcnR3XgXAfHnmcAkSOHdhApmgqCib3hZ6YJQXbPDRHppX6WdI3"
    "Pq8mOd8WozenEuXwLKrprVilsg22ehVNduuZLO5tSvkZ9eu1HihZPiGdkOt-goUln0A2ZIe4mZix6IB2zLljIkbJ"
    "WzjaZnRxDaK-mWiM_MOfdKZDuTA3n3LP8gTNQsGnbzFXix0-7Es40UW5XNu0XP2sNZfOyEn-lRrOOniHBhHCSjeU"
    "vGthvYsPDjIVSP16iupMLw2rAzg6VBL5rZLlyvmIaI8EbS444qMb0X-U9Pu1LK6Ji5Iy4xLoQ43fs7Y7aboQKSno"
    "286PVEfv_HbI1TQ\",\"e\":\"AQAB\"}";

inline constexpr std::string_view rs256_token =
    "eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6InJzMjU2LTIwMjYifQ.eyJzdWIiOiJhZGEiLCJpc"
    "3MiOiJodHRwczovL2xvZ2luLnNjaG9vbC5leGFtcGxlIiwiYXVkIjpbImhvbWVyb29tIiwib3RoZXIiXSwiaWF0I"
    "joxNzAwMDAwMDAwLCJuYmYiOjE3MDAwMDAwMDAsImV4cCI6NDEwMjQ0NDgwMH0.OrvARrp8t0hcMP1oGrksXwwKe"
    "l4DiArEr1JUEkCs_JmnegQNnMh-stMHBOz4GBA-wGPkn0eCWR9ZyFPS782B6837GjRfuWO_EDADdlKPO0WYYKOX_"
    "H5e28Pl_54aBQkOJokD34ZqtJnuJYYicVFA58Vq2Ul6yP4VT7upcP64OIVh7_--tRTr-wM7s8dlckWZAQXIz3ynm"
    "LzL65A87CXCybvwlk7y8rsg10lxDfG7Io9A-jVOZxEIxcguRnrSMZudSedHYhRL9dUvAvj1nWBsH6RKvGooJ9gox"
    "sypkEfMMG8VR6PO_eF0M3D4PLkMNQqRL5jQ478pOVtmydwg3SlhNQ";

inline constexpr std::string_view rs256_token_without_kid =
    "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEiLCJpc3MiOiJodHRwczovL2xvZ2luLnNjaG9vbC5leGFtcGxlIiw"
    "iYXVkIjpbImhvbWVyb29tIiwib3RoZXIiXSwiaWF0IjoxNzAwMDAwMDAwLCJuYmYiOjE3MDAwMDAwMDAsImV4cCI"
    "6NDEwMjQ0NDgwMH0.XM-ccz5rPxF4BamgAyUnLpcSC3naD42TNgNxu-E5o1hTXqaRRBMTSS06dpr6TzttoMjZnYP"
    "kViMOmFPaT06MqeKL3SBUxBx_xEdfIaLyoEUU9cxqN-2oGD6gtSq0tUpdBHGHFO072uLdMdNyB9bckNqSTCKsLw6"
    "q43rF01ZOHC81mjCi5MQEv6AlwH9MvexgjqX8CUHAXMbL_ErEotkFqebJNra8fCMAi8HoHXvP99PzbuqX2xQ89MH"
    "qStVOvZeF01Mv_U_PeCjzYqAUGSGL7VjwINcpJFGraT3CYMC86GSzkIxCJmSeRhdK5u-zqcSrsDIa7m0XGKh2PQD"
    "RVSLAOQ";

inline constexpr std::string_view es256_pem = R"(-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEdDeakObaYYPpkhFko7WPrXzVrECL
UKnzA9UYkGkQ+pe/4Xc4JKAWNJt76BvxTYKYFSt9iKN3WcClj5PN3FgsRA==
-----END PUBLIC KEY-----
)";

inline constexpr std::string_view es256_jwk =
    "{\"kty\":\"EC\",\"x\":\"dDeakObaYYPpkhFko7WPrXzVrECLUKnzA9UYkGkQ-pc\",\"y\":\"v-F3OCSgFj"
    "Sbe-gb8U2CmBUrfYijd1nApY-TzdxYLEQ\",\"crv\":\"P-256\"}";

inline constexpr std::string_view es256_token =
    "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6ImVzMjU2LTIwMjYifQ.eyJzdWIiOiJhZGEiLCJpc"
    "3MiOiJodHRwczovL2xvZ2luLnNjaG9vbC5leGFtcGxlIiwiYXVkIjpbImhvbWVyb29tIiwib3RoZXIiXSwiaWF0I"
    "joxNzAwMDAwMDAwLCJuYmYiOjE3MDAwMDAwMDAsImV4cCI6NDEwMjQ0NDgwMH0.Geyc-dyMmImRVaZbGVUmNcWQy"
    "YzhTocr8jG_VmdyytbGyi15xVt1nC6hE-O_CRZz7S_cxCzDVdnURt29IUky9w";

inline constexpr std::string_view es256_token_without_kid =
    "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhZGEiLCJpc3MiOiJodHRwczovL2xvZ2luLnNjaG9vbC5leGFtcGxlIiw"
    "iYXVkIjpbImhvbWVyb29tIiwib3RoZXIiXSwiaWF0IjoxNzAwMDAwMDAwLCJuYmYiOjE3MDAwMDAwMDAsImV4cCI"
    "6NDEwMjQ0NDgwMH0.8FX16t-665-F-KALdU0pnbW-TVamhzWuDyVINln-q3L4BtejAR7eRMqPAsZQKDOXULJI_d1"
    "YymwVla_X_bZLhg";

inline constexpr std::string_view eddsa_pem = R"(-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAsIvwQKAng1cr+u2a/oiaW/6Voeo4CJEb6n3ZZchExl4=
-----END PUBLIC KEY-----
)";

inline constexpr std::string_view eddsa_jwk =
    "{\"crv\":\"Ed25519\",\"x\":\"sIvwQKAng1cr-u2a_oiaW_6Voeo4CJEb6n3ZZchExl4\",\"kty\":\"OKP"
    "\"}";

inline constexpr std::string_view eddsa_token =
    "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCIsImtpZCI6ImVkZHNhLTIwMjYifQ.eyJzdWIiOiJhZGEiLCJpc"
    "3MiOiJodHRwczovL2xvZ2luLnNjaG9vbC5leGFtcGxlIiwiYXVkIjpbImhvbWVyb29tIiwib3RoZXIiXSwiaWF0I"
    "joxNzAwMDAwMDAwLCJuYmYiOjE3MDAwMDAwMDAsImV4cCI6NDEwMjQ0NDgwMH0.uVoPwDdIfvpPOuDhFpawinaAD"
    "4MRikt-yf8RDBoMjSvXxejBw8U2MHADt7oW6tIsLXjIxRSJrwyK5QSd_kANCA";

inline constexpr std::string_view eddsa_token_without_kid =
    "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhZGEiLCJpc3MiOiJodHRwczovL2xvZ2luLnNjaG9vbC5leGFtcGxlIiw"
    "iYXVkIjpbImhvbWVyb29tIiwib3RoZXIiXSwiaWF0IjoxNzAwMDAwMDAwLCJuYmYiOjE3MDAwMDAwMDAsImV4cCI"
    "6NDEwMjQ0NDgwMH0.QqQC3RGPodEyGBKia8kcPCgKihrn40MR4NHWu1tsEyYK_1YU0sPi7FuQKBKvkP1aP1cI98A"
    "aXVumXdGkxPLYAg";

inline constexpr std::string_view rs256_openssl_token =
    "eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjQxMDI0NDQ4MDAsInN1YiI6ImJlbiJ9.d09qoKxmPhknjl1yUVmmqpniVo"
    "_txHQYulW6VbTDww4R6Z3jbUo2_iAshntaADFfHjS3YgjvI6UgP8zw-oRBVuUBUkKaNkcv2Ube4ktKeWZBC2vEZl"
    "U-l75ZRI-LtRF7VNhrQEjhuetrNla8Eone0T_M8LsG-0zzrBdT6A4oY5dhWR2XVu2dwtO0DmSXHEi0V6mXMM8Ggs"
    "4gPjAbThfBY184XBkBlFpk40b0txNL3wkBwGqFCzV_rc5jDLBupgHXnW0wrq3Rpl4288hMe0AmJBpSl7Xmx5hmIT"
    "BG0Giut1bvs-ApUbt3m1us1OTwGbFr5KfYrNfaLrSWsDZE3DJF3A";

inline constexpr std::string_view es256_openssl_token =
    "eyJhbGciOiJFUzI1NiJ9.eyJleHAiOjQxMDI0NDQ4MDAsInN1YiI6ImJlbiJ9.Z7fBj97bUjFUkvtt9f1RAvc4sx"
    "uSpx4bJq0WatHyila5_rhQIy4sK3dCwUEMWRSQ-MiOzdDKg4SycGBKqlWqgw";

inline constexpr std::string_view eddsa_openssl_token =
    "eyJhbGciOiJFZERTQSJ9.eyJleHAiOjQxMDI0NDQ4MDAsInN1YiI6ImJlbiJ9.l-TyJ6EvTYIi2yeoLtmP9397Gy"
    "iF6-H6bLd1Im3lZkdzYXDnqfX31q3RSMo3RK2B1X_PzMGK2J3SoU1y6R1wAg";

inline constexpr std::string_view second_es256_jwk =
    "{\"kty\":\"EC\",\"x\":\"01C8xTcvsiPE7aO5KyiTlqISp1c2WxGniw0X0zNp1EE\",\"y\":\"ouob7lm4n-"
    "I3LgONukAw891ivaDvaYLFLw5HUVEyCsE\",\"crv\":\"P-256\"}";

inline constexpr std::string_view second_es256_token =
    "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVzMjU2LTIwMjcifQ.eyJzdWIiOiJhZGEiLCJpc3MiOiJodHRwczovL2xvZ"
    "2luLnNjaG9vbC5leGFtcGxlIiwiYXVkIjpbImhvbWVyb29tIiwib3RoZXIiXSwiaWF0IjoxNzAwMDAwMDAwLCJuY"
    "mYiOjE3MDAwMDAwMDAsImV4cCI6NDEwMjQ0NDgwMH0.7itDYIQAJH4YCXe2Ws14mF9yNoYoOPYc-yHor7ospWSOh"
    "_2L6Kx_2WmRO82wbVg-IPO-wt5ZzbnjUzN7dzF7JQ";

inline constexpr std::string_view rsa_1024_pem = R"(-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDUupqEPwBcoxywz5MlvzXxQjEh
MSeK1ccN63I5+76Gc7x7CROVII4QIGJgl7lYtJ6YBFBdZxJ7jiws4ykv6fNL4Cju
fcYnj7/XaG0fc2DenUWpp7k02dAj6N5oj8T4sAn7AG1PwF9oh7LC4Zy7VJ0JTJR/
lTCy4Do2j2FJGny8SwIDAQAB
-----END PUBLIC KEY-----
)";

inline constexpr std::string_view p384_pem = R"(-----BEGIN PUBLIC KEY-----
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAElmI2zhkhjTqYvE5pvnIN6yZN6iKMVBjB
EXLWxg6tWBlxZrnnVXFmC1nTnr4D9O4uYkufs+QomCjiMPuT0LTCyNSlcHqSwRTt
utXpMi/WWsDCaVUXMmEyhVqfUrh4sr7O
-----END PUBLIC KEY-----
)";

inline constexpr std::string_view secp256k1_pem = R"(-----BEGIN PUBLIC KEY-----
MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEQJxT4BNsxVGnxy+p9e4pM6ee+awm+x5P
0afD04gHHp64DicGpkmj+SoYtPlYpDHyd4QaeLNAEXbnarDznuS2aw==
-----END PUBLIC KEY-----
)";

inline constexpr std::string_view x25519_pem = R"(-----BEGIN PUBLIC KEY-----
MCowBQYDK2VuAyEABSf2Nsy0qu0iAF/1VIQcdhLw4ge/Jeec0eyLpWMCDhg=
-----END PUBLIC KEY-----
)";

inline constexpr std::string_view ed448_pem = R"(-----BEGIN PUBLIC KEY-----
MEMwBQYDK2VxAzoA2bPP/xakIKtaTuY6ElXRLnIyD4IJt9smCzBWeHVhFi/hdD/H
omITXZlRyhXO0ETRtyzZ6EQhT/YA
-----END PUBLIC KEY-----
)";

inline constexpr std::string_view rsa_pss_pem = R"(-----BEGIN PUBLIC KEY-----
MIIBIDALBgkqhkiG9w0BAQoDggEPADCCAQoCggEBAIedVqA/h4R5vR+M+USZTLZp
32vt5bd6lJJVlHH2T+A5bmM+En186hzRulD1Baj59P3t9ExbPE2NeislebSFkrvU
DDOemuOG+DHfEExFjoWxCw4nJ7EtAxE4vUPJzvSOZn1XNSfV/grSNtubVe1QQ7Vz
tbXYX9yX9ak4uFqGBL14o+WqXCxEi4MQMmTb1yZfeZBS8s2IFiKM5dwS8mk1IRnZ
BHhrNxZFUAT8bUTccJMK06GEEyN/GyfSaswBXekX0ohSi3GqDsgPvFEb25ZJxRSa
r9YOdJK/SruVNpWN6Dvzu+oNMGDE95xnfQHW6hg2waUCxHhTZYoZqi/S48TkrfsC
AwEAAQ==
-----END PUBLIC KEY-----
)";

inline constexpr std::string_view ps256_token =
    "eyJhbGciOiJQUzI1NiJ9.eyJzdWIiOiJhZGEiLCJpc3MiOiJodHRwczovL2xvZ2luLnNjaG9vbC5leGFtcGxlIiw"
    "iYXVkIjpbImhvbWVyb29tIiwib3RoZXIiXSwiaWF0IjoxNzAwMDAwMDAwLCJuYmYiOjE3MDAwMDAwMDAsImV4cCI"
    "6NDEwMjQ0NDgwMH0.F-phlqrNtn3qAVHF7t4bdPno4ruDnhR48ECjbN2VwPiJEXBP-KZP6U0_RoseyhrKrluMq48"
    "G79JG20RbQPBYxF9obFl0yjtxPD8dak1E5yooZffCWuiBJBz-MYkpWAgLW-6yWzqskkKcPMQcqsnKZeIyySuaBLz"
    "JplWWCw5NuDU35njgWbwoveqmCD38bTLwuRN929LdEF6WMsqO-1XcEmBdi92u9YMX_OEFzS5xi-5tnmrigcRS_76"
    "7nRhBEPXUcjJt_l4wZFK2nXNvqe89lyD7eSH_jRTpwwAFBqklY9cPX_Aw8g_-FaPYesv4KDg4V_9WKm0Njk41Iii"
    "dI186dA";

inline constexpr std::string_view rs512_token =
    "eyJhbGciOiJSUzUxMiJ9.eyJzdWIiOiJhZGEiLCJpc3MiOiJodHRwczovL2xvZ2luLnNjaG9vbC5leGFtcGxlIiw"
    "iYXVkIjpbImhvbWVyb29tIiwib3RoZXIiXSwiaWF0IjoxNzAwMDAwMDAwLCJuYmYiOjE3MDAwMDAwMDAsImV4cCI"
    "6NDEwMjQ0NDgwMH0.fIV8-ThKt81RocRcVdwcpjNiwFHmpbaQtDXyYyVyN8UgfZKIf3VxQq3hwzuXOG3GVevobK6"
    "pbth9A1HkLylr_KS3JE786bbd1f0dja9AiCNvFlegKLBu1Rnu3KGYjrH2lMM3rcApQRDfHbsjhV-kc6reA-KGruO"
    "myNQTO0HgFAVDxrpJNhhAPkqVor5PoWt5eQFY1ATp3vKnc6-bTOHxSYTKnzeQFUSeLt2JJ-7AoLavN44asWWM5Am"
    "4gg6z4_x9RWX7J8NqYvJB9mDz76cVwK-MyU3vLkS2HysULGAUGj3vYS3dXUAr4aQJtioO2AnvpRkzURmO3x7T_sd"
    "Yy6Za6w";

}  // namespace homeroom::identity::foreign
