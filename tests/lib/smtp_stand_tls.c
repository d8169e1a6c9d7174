/* smtp_stand_tls - TLS of the mail server that stands in. */
#include "tests/lib/smtp_stand.h"
#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
must(bool is_so, const char *what)
{
	if (is_so)
		return;
	fprintf(stderr, "smtp_stand: %s\n", what);
	abort();
}

static X509 *
certificate(EVP_PKEY *key)
{
	X509 *x = X509_new();
	X509_NAME *name = X509_get_subject_name(x);
	X509_EXTENSION *names = X509V3_EXT_conf_nid(
	    NULL, NULL, NID_subject_alt_name, "DNS:localhost");

	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), -86400);
	X509_gmtime_adj(X509_getm_notAfter(x), 86400);
	X509_set_pubkey(x, key);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
	    (const unsigned char *)"localhost", -1, -1, 0);
	X509_set_issuer_name(x, name);
	must(names != NULL && X509_add_ext(x, names, -1) == 1, "extension");
	X509_EXTENSION_free(names);
	must(X509_sign(x, key, EVP_sha256()) > 0, "sign");
	return x;
}

void *
stand_tls_new(char *ca_path, size_t size)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x;
	FILE *f;
	int fd;

	must(ctx != NULL && key != NULL, "key");
	x = certificate(key);
	must(SSL_CTX_use_certificate(ctx, x) == 1 &&
		 SSL_CTX_use_PrivateKey(ctx, key) == 1,
	    "certificate");
	snprintf(ca_path, size, "/tmp/opdesk-stand-XXXXXX");
	fd = mkstemp(ca_path);
	f = fd >= 0 ? fdopen(fd, "w") : NULL;
	must(f != NULL && PEM_write_X509(f, x) == 1, "file");
	fclose(f);
	X509_free(x);
	EVP_PKEY_free(key);
	return ctx;
}

void
stand_tls_free(void **tls, const char *ca_path)
{
	if (*tls == NULL)
		return;
	SSL_CTX_free(*tls);
	unlink(ca_path);
	*tls = NULL;
}

void *
stand_tls_accept(void *tls, int fd)
{
	SSL *ssl = SSL_new(tls);

	SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) == 1)
		return ssl;
	SSL_free(ssl);
	return NULL;
}

int
stand_tls_read(void *ssl, void *p, int n)
{
	return SSL_read(ssl, p, n);
}

int
stand_tls_write(void *ssl, const void *p, int n)
{
	return SSL_write(ssl, p, n);
}

void
stand_tls_end(void *ssl)
{
	SSL_free(ssl);
}
