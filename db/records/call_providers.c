/* call_providers - see call_providers.h. */
#include "db/records/call_providers.h"
#include "common/i18n.h"
#include <string.h>
#include <unistd.h>

static int
check_command(const struct call_phone *phone, struct err *err)
{
	const struct conf_section *s = conf_section(phone->conf, CONF_CALL);
	const char *program = conf_string(s, "dialler");

	if (program[0] == '\0')
		return err_set(err, OD_EDATA,
		    "No dialler is configured; name its program as dialler in "
		    "[call], and dial by hand until then");
	if (access(program, X_OK) != 0)
		return err_set(err, OD_EUNAVAIL,
		    "The dialler %s is no program that can be started; correct "
		    "dialler in [call], and dial by hand until then",
		    program);
	return dialler_personal(conf_path(phone->conf), phone->desk, err);
}

static int
ring_command(
    const struct call_phone *phone, const char *number, struct err *err)
{
	const struct conf_section *s = conf_section(phone->conf, CONF_CALL);
	const struct dialler_settings settings = {
	    conf_string(s, "dialler"), conf_string(s, "dialler_arguments")};

	return dialler_ring(phone->dialler, &settings, number, err);
}

const struct call_provider call_provider_manual = {
    .name = "manual",
    .summary = N_("A person dials on a telephone of his own"),
};
const struct call_provider call_provider_command = {
    .name = "command",
    .summary = N_("A program of the user's own dials"),
    .rings = true,
    .check = check_command,
    .ring = ring_command,
};
const struct call_provider call_provider_http = {
    .name = "http",
    .summary = N_("An exchange tells of its calls by the API"),
    .reported = true,
};
const struct call_provider *const call_providers[] = {
    &call_provider_manual, &call_provider_command, &call_provider_http, NULL};

const struct call_provider *
call_provider_of(const struct conf *conf)
{
	const char *name =
	    conf_string(conf_section(conf, CONF_CALL), "provider");

	return strcmp(name, call_provider_command.name) == 0
	           ? &call_provider_command
	           : &call_provider_manual;
}
