/*
 * setup - what the server needs before it starts: limits, its socket, the
 * proxies that it trusts, its certificate.
 */
#include "syncd/http/server_int.h"
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define LISTEN_QUEUE 1024
#define TLS_FILE_MAX ((size_t)256 * 1024)

static void
or_default(unsigned *value, unsigned fallback)
{
	if (*value == 0)
		*value = fallback;
}

static void
or_default_size(size_t *value, size_t fallback)
{
	if (*value == 0)
		*value = fallback;
}

void
http__set_limits(struct http_limits *l)
{
	or_default(&l->head_ms, 10000);
	or_default(&l->body_ms, 20000);
	or_default(&l->body_rate, 500);
	or_default(&l->idle_ms, 30000);
	or_default(&l->write_ms, 20000);
	or_default(&l->stress_ms, 3000);
	or_default(&l->sweep_ms, 1000);
	or_default(&l->keepalive_ms, 15000);
	or_default(&l->max_headers, 64);
	or_default(&l->max_connections, 16384);
	or_default(&l->max_per_address, 64);
	or_default_size(&l->stream_backlog, (size_t)256 * 1024);
	or_default_size(&l->head_bytes, (size_t)16 * 1024);
	or_default_size(&l->uri_bytes, 4096);
	or_default_size(&l->bodies_bytes, (size_t)256 * 1024 * 1024);
}

/* Whether a socket of a program that is gone may be replaced. */
static bool
is_left_behind(int fd, const struct sockaddr_un *addr)
{
	struct stat st;

	return lstat(addr->sun_path, &st) == 0 && S_ISSOCK(st.st_mode) &&
	       connect(fd, (const struct sockaddr *)addr, sizeof(*addr)) != 0 &&
	       errno == ECONNREFUSED && unlink(addr->sun_path) == 0;
}

/* Nobody can come in before it is known who may. */
static int
listen_unix(const char *path, int *fd, struct err *err)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};

	if (!str_copy(addr.sun_path, sizeof(addr.sun_path), path))
		return err_set(err, OD_EDATA,
		    _("%s is too long for a socket; choose one of at most %d "
		      "bytes"),
		    path, (int)sizeof(addr.sun_path) - 1);
	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (*fd == -1 ||
	    (bind(*fd, (struct sockaddr *)&addr, sizeof(addr)) != 0 &&
		(errno != EADDRINUSE || !is_left_behind(*fd, &addr) ||
		    bind(*fd, (struct sockaddr *)&addr, sizeof(addr)) != 0)))
		return errno == EADDRINUSE || errno == EAGAIN
		           ? err_set(err, OD_EUNAVAIL,
				 _("another program already listens on %s; "
				   "stop it or set another address"),
				 path)
		           : err_set(err, OD_EIO, _("cannot listen on %s: %s"),
				 path, strerror(errno));
	if (chmod(path, 0660) != 0 || listen(*fd, LISTEN_QUEUE) != 0)
		return err_set(err, OD_EIO, _("cannot listen on %s: %s"), path,
		    strerror(errno));
	return 0;
}

int
http__listen(const char *listen_on, int *fd, int *port, struct err *err)
{
	struct sockaddr_storage addr;
	socklen_t len;
	const int one = 1;

	*port = 0;
	if (listen_on[0] == '/')
		return listen_unix(listen_on, fd, err);
	if (!address_listen_parse(listen_on, &addr, &len))
		return err_set(err, OD_EDATA,
		    _("%s is not an address to listen on; write it as "
		      "127.0.0.1:8480 or [::1]:8480"),
		    listen_on);
	*fd = socket(
	    addr.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (*fd == -1)
		goto fail;
	setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (addr.ss_family == AF_INET6)
		setsockopt(*fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	if (bind(*fd, (struct sockaddr *)&addr, len) != 0 ||
	    listen(*fd, LISTEN_QUEUE) != 0 ||
	    getsockname(*fd, (struct sockaddr *)&addr, &len) != 0)
		goto fail;
	/* The port is at the same place in both families. */
	*port = ntohs(((struct sockaddr_in *)&addr)->sin_port);
	return 0;
fail:
	if (errno == EADDRINUSE)
		return err_set(err, OD_EUNAVAIL,
		    _("another program already listens on %s; stop it or set "
		      "another address"),
		    listen_on);
	return err_set(err, OD_EIO, _("cannot listen on %s: %s"), listen_on,
	    strerror(errno));
}

int
http__set_trusted(struct http_server *server, const struct http_config *config,
    struct err *err)
{
	size_t n = config->trusted_proxy_count;

	server->trusted = xcalloc(n + 1, sizeof(*server->trusted));
	for (size_t i = 0; i < n; i++) {
		const char *s = config->trusted_proxies[i];

		if (!address_net_parse(s, &server->trusted[i]))
			return err_set(err, OD_EDATA,
			    _("%s in trusted_proxies is not an address or a "
			      "network; write it as 10.0.0.1 or 10.0.0.0/8"),
			    s);
		server->trusted_count++;
	}
	return 0;
}

int
http__read_tls(
    struct http_tls *tls, const struct http_config *config, struct err *err)
{
	const char *cert = config->tls_certificate, *key = config->tls_key;
	bool has_cert = cert != NULL && *cert != '\0';
	bool has_key = key != NULL && *key != '\0';
	int rc;

	if (!has_cert && !has_key)
		return 0;
	if (!has_cert || !has_key)
		return err_set(err, OD_EDATA,
		    _("tls_certificate and tls_key go together; set both or "
		      "none"));
	if ((rc = fs_read(cert, TLS_FILE_MAX, &tls->certificate, err)) != 0)
		return rc;
	return fs_read_secret(key, &tls->key, err);
}
