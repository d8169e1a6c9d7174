/* cli_doctor_model - the model server, for "opdesk doctor". */
#include "common/i18n.h"
#include "tui/cli/cli_doctor.h"
#include "tui/cli/cli_hint.h"
#include <stdlib.h>

void
doctor__model(const struct conf *conf, doctor_tell_fn tell, void *data)
{
	struct cli_hint_look look = {.models = NULL};
	struct err err = ERR_INIT;
	struct llm_settings s;
	char text[ERR_TEXT_SIZE];

	llm_settings_console(conf, &s);
	if (s.kind == LLM_NONE)
		return; /* the cards need none */
	if (cli_hint_look(&s, &look, &err) != 0)
		tell("model", FINDING_WARNING, err.text, data);
	else if (!look.status.is_reachable || !look.status.has_model)
		tell("model", FINDING_WARNING, look.error, data);
	else {
		str_format(text, sizeof(text),
		    look.status.is_warm ? _("The model \"%s\" is loaded")
					: _("The model \"%s\" is there; the "
					    "first answer loads it"),
		    s.model);
		tell("model", FINDING_FINE, text, data);
	}
	free(look.models);
}
