/* proof_ask - see proof_ask.h. */
#include "tui/screens/proof_ask.h"

#include "common/i18n.h"
#include "common/str.h"
#include "tui/screens/dialogs.h"

void
proof_ask(struct ui *ui, struct screen *s, const char *title,
    enum login_proof proof, const char *login, screen_result_fn *done,
    int64_t context)
{
	struct prompt_args args = {.title = title, .secret = true};
	struct str label = STR_INIT;

	switch (proof) {
	case PROOF_NONE:
		ui_toast(ui, TOAST_WARNING, "%s",
		    _("You have no password to confirm with; \"opdesk operator"
		      " password\" sets one"));
		return;
	case PROOF_TYPED:
		str_addf(&label, _("Type \"%s\" to confirm:"), login);
		args.secret = false;
		break;
	case PROOF_PASSWORD:
		str_add(&label, _("Your password again"));
		break;
	case PROOF_CODE:
		str_add(&label,
		    _("Your password again, or a code of your generator"));
		break;
	}
	args.label = label.s;
	prompt_push(ui, s, &args, done, context);
	str_free(&label);
}
