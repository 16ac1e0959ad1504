package redact

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"math/rand/v2"
	"strings"
)

// sample is a text with a secret in it. No secret stands in this file as it
// would look in the world: each is put together here from a seed.
type sample struct {
	name   string
	text   string
	secret string // must not be in the result
	kind   string
}

const lowerHex = "0123456789abcdef"

// chars returns n characters of an alphabet, always the same for a seed.
func chars(seed uint64, alphabet string, n int) string {
	r := rand.New(rand.NewPCG(seed, 1))
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(b)
}

// wscKey returns the 65 bytes of a secret key.
func wscKey(seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 2))
	var s [ed25519.SeedSize]byte
	for i := range s {
		s[i] = byte(r.Uint32())
	}
	return append([]byte{keyMark}, ed25519.NewKeyFromSeed(s[:])...)
}

// wrap breaks s into lines.
func wrap(s string, width int) string {
	var out strings.Builder
	for len(s) > width {
		out.WriteString(s[:width] + "\n")
		s = s[width:]
	}
	return out.String() + s
}

func pemBlock(label, body string) string {
	return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n"
}

func bodyOf(seed uint64, n int) string { return wrap("MII"+chars(seed, alphanum+"+/", n), 64) }

func b64url(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func jwt(seed uint64) string {
	return b64url(`{"alg":"RS256","typ":"JWT"}`) + "." + b64url(`{"sub":"alice@example.org"}`) + "." + chars(seed, alphanum+"-_", 86)
}

// secretSamples returns at least one sample of every kind but Input.
func secretSamples() []sample {
	word := func(kind, prefix, alphabet string, n int) sample {
		secret := prefix + chars(uint64(n), alphabet, n)
		return sample{kind + " " + prefix, "found " + secret + " here\n", secret, kind}
	}
	upperNum, url64 := uppers+digits, alphanum+"_-"
	samples := []sample{
		word(AWSKeyID, "AK"+"IA", upperNum, 16),
		word(AWSKeyID, "AS"+"IA", upperNum, 16),
		word(GoogleKey, "AI"+"za", url64, 35),
		word(GitHubToken, "gh"+"p_", alphanum, 36),
		word(GitHubToken, "gh"+"s_", alphanum, 40),
		word(GitHubToken, "github"+"_pat_", alphanum+"_", 82),
		word(GitLabToken, "gl"+"pat-", alphanum, 20),
		word(NPMToken, "np"+"m_", alphanum, 36),
		word(PyPIToken, "pypi"+"-AgE", url64, 120),
		word(SlackToken, "xo"+"xb-", alphanum+"-", 50),
		word(StripeKey, "sk_"+"live_", alphanum, 24),
		word(StripeKey, "wh"+"sec_", alphanum, 32),
		word(VaultToken, "hv"+"s.", alphanum, 90),
		word(AgeKey, "AGE-SECRET"+"-KEY-1", upperNum, 58),
		word(MinisignKey, "RWRT"+"Y0Iy", alphanum+"+/", 204),
		word(MinisignKey, "RWQA"+"AEIy", alphanum+"+/", 204),
		{"slack webhook", "https://hooks.slack" + ".com/services/T" + chars(3, upperNum, 40) + "\n", chars(3, upperNum, 40), SlackToken},
	}
	return append(append(append(samples, blockSamples()...), keySamples()...), namedSamples()...)
}

func blockSamples() []sample {
	body := bodyOf(1, 300)
	lines := strings.Split(body, "\n")
	escaped := strings.ReplaceAll(body, "\n", `\n`)
	const label = "PRIVATE KEY"
	quoted := "-----BEGIN " + label + `-----\n` + escaped + `\n-----END ` + label + `-----\n`
	headers := "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC," + chars(1, lowerHex, 32) + "\n\n"
	first := lines[0]
	return []sample{
		{"pkcs8", "before\n" + pemBlock(label, body) + "after\n", first, PrivateKey},
		{"rsa", pemBlock("RSA "+label, body), first, PrivateKey},
		{"ec", pemBlock("EC "+label, body), first, PrivateKey},
		{"encrypted", pemBlock("ENCRYPTED "+label, body), first, PrivateKey},
		{"sigstore", pemBlock("ENCRYPTED SIGSTORE "+label, body), first, PrivateKey},
		{"rsa with headers", pemBlock("RSA "+label, headers+body), first, PrivateKey},
		{"pgp", pemBlock("PGP "+label+" BLOCK", "Version: 1\n\n"+body+"\n=AbCd"), lines[4], PrivateKey},
		{"ssh2", "---- BEGIN SSH2 ENCRYPTED " + label + " ----\n" + body + "\n---- END SSH2 ENCRYPTED " + label + " ----\n", first, PrivateKey},
		{"openssh", pemBlock("OPENSSH "+label, body), first, OpenSSHKey},
		{"short body", pemBlock(label, "c2VjcmV0LXZhbHVl"), "c2VjcmV0", PrivateKey},
		{"windows lines", strings.ReplaceAll(pemBlock(label, body), "\n", "\r\n"), first, PrivateKey},
		{"diff", "+" + strings.ReplaceAll(strings.TrimSpace(pemBlock(label, body)), "\n", "\n+") + "\n", lines[4], PrivateKey},
		{"yaml", "key: |\n  " + strings.ReplaceAll(pemBlock(label, body), "\n", "\n  ") + "\nx: y\n", lines[4], PrivateKey},
		{"grep", grepped(pemBlock(label, body)), lines[4], PrivateKey},
		{"go source", `const k = "` + strings.ReplaceAll(pemBlock(label, body), "\n", "\\n\" +\n\"") + "\"\n", lines[4], PrivateKey},
		{"service account", `{"type":"service_account","private_key":"` + quoted + `","client_id":"1"}` + "\n", lines[1], PrivateKey},
		{"no end line", "-----BEGIN " + label + "-----\n" + body, lines[4], PrivateKey},
		{"wireguard", "PrivateKey = " + chars(8, alphanum, 43) + "=\n", chars(8, alphanum, 43), PrivateKey},
	}
}

func grepped(s string) string {
	var out strings.Builder
	for i, line := range strings.Split(strings.TrimSpace(s), "\n") {
		sep := "-"
		if i == 0 {
			sep = ":"
		}
		out.WriteString("key.pem" + sep + string(rune('1'+i)) + sep + line + "\n")
	}
	return out.String()
}

func keySamples() []sample {
	key := wscKey(1)
	for seed := uint64(2); !strings.Contains(string(key[:40]), "\n"); seed++ {
		key = wscKey(seed) // one with a line end in it
	}
	plain := wscKey(77)
	hexed, b64 := hex.EncodeToString(plain), base64.StdEncoding.EncodeToString(plain)
	return []sample{
		{"wsc raw", string(plain), string(plain), WSCKey},
		{"wsc raw in text", "key: " + string(key) + " and more\n", string(key), WSCKey},
		{"two wsc keys", string(key) + string(plain), string(plain), WSCKey},
		{"wsc after a character", "д" + string(key) + "\n", string(key), WSCKey},
		{"wsc hex", "k " + hexed + "\n", hexed, WSCKey},
		{"wsc hex upper", "0x" + strings.ToUpper(hexed) + "\n", strings.ToUpper(hexed), WSCKey},
		{"wsc xxd -p", wrap(hexed, 60) + "\n", hexed[60:], WSCKey},
		{"wsc base64", "KEY=" + b64 + "\n", b64, WSCKey},
		{"wsc base64 wrapped", wrap(b64, 76) + "\n", b64[:76], WSCKey},
		{"wsc base64 at the end", b64, b64, WSCKey},
		{"wsc base64 url", base64.RawURLEncoding.EncodeToString(plain) + "\n", base64.RawURLEncoding.EncodeToString(plain), WSCKey},
	}
}

func namedSamples() []sample {
	pass, long := chars(5, lowers, 6)+"7", chars(6, alphanum, 40)
	named := func(text, secret, kind string) sample {
		return sample{strings.ReplaceAll(text, secret, "…"), text + "\n", secret, kind}
	}
	basic := base64.StdEncoding.EncodeToString([]byte("alice:" + pass))
	return []sample{
		named("password="+pass, pass, Password),
		named("DB_PASSWORD="+pass+" host=db", pass, Password),
		named("export DB_PASS="+pass, pass, Password),
		named("passwd: "+pass, pass, Password),
		named("  password: opensesame", "opensesame", Password),
		named(`{"user":"a","password":"`+pass+`"}`, pass, Password),
		named(`"password" : "two `+pass+`"`, pass, Password),
		named(`{\"password\":\"`+pass+`\"}`, pass, Password),
		named("password='it is "+pass+"'", pass, Password),
		named("passphrase = "+pass, pass, Password),
		named("MYSQL_PWD="+pass, pass, Password),
		named("password=a,"+pass+";c", "a,"+pass+";c", Password),
		named("mysql --password=y&("+pass+"|<>){y}[z] -h db", "y&("+pass+"|<>){y}[z]", Password),
		named("sh -c 'DB_PASS=a,"+pass+"' x", "a,"+pass, Password),
		named(`{"cmd":"login --password=a;`+pass+`,\"x"}`, "a;"+pass+",", Password),
		named("passwd: {"+pass+"},"+pass, "{"+pass+"},"+pass, Password),
		named("password=a\\b,"+pass, "a\\b,"+pass, Password),
		named("secret: "+pass, pass, Secret),
		named("client_secret="+pass, pass, Secret),
		named(`"client_secret": "`+long+`"`, long, Secret),
		named("https://api/x?access_token="+long+"&x=1", long, Token),
		named("token: "+long, long, Token),
		named("//registry/:_authToken="+long, long, Token),
		named("API_KEY="+long, long, APIKey),
		named(`api-key: "`+long+`"`, long, APIKey),
		named("aws_secret_access_key = "+long, long, AWSSecret),
		named(`"SecretAccessKey": "`+long+`"`, long, AWSSecret),
		named("AccountName=x;AccountKey="+long+long+"==;EndpointSuffix=y", long, AzureKey),
		named("Authorization: Bearer "+long, long, Authorization),
		named("> authorization: Basic "+basic, basic, Authorization),
		named(`-H "Authorization: token `+long+`"`, long, Authorization),
		named(`{"Authorization":"Bearer `+long+`"}`, long, Authorization),
		named("https://alice:"+pass+"@example.org/x", pass, URLPassword),
		named("postgres://u:p@ss"+pass+"@db:5432/x", pass, URLPassword),
		named("the id token is "+jwt(4), jwt(4), JWT),
		named(`{"kty":"OKP","d":"`+chars(9, alphanum, 43)+`","x":"y"}`, chars(9, alphanum, 43), JWKPart),
	}
}
