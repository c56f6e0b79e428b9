package io.drover.apiserver.access;

import io.drover.api.auth.Authorizer;
import io.drover.api.auth.Caller;
import io.drover.api.auth.Decision;
import io.drover.api.auth.Question;
import java.util.function.Supplier;

/** May the caller do this? By Kubernetes' roles, or by Drover's: either is enough. */
public final class Rights {

    private static final Decision SYSTEM = new Decision(true, "Drover itself may do everything");
    private static final Decision NOT_FOR_ACCOUNTS = new Decision(false, "");
    private static final Question EVERYTHING = new Question("*", "*", "*", "", "");

    private final Rbac rbac;
    private final Supplier<Authorizer> authorizer;

    /** @param authorizer gives null while there is none */
    public Rights(Rbac rbac, Supplier<Authorizer> authorizer) {
        this.rbac = rbac;
        this.authorizer = authorizer;
    }

    public Decision decide(Caller caller, Question question) {
        if (caller.isSystem()) {
            return SYSTEM;
        }
        Decision byRbac = rbac.decide(caller, question);
        if (byRbac.allowed()) {
            return byRbac;
        }
        Decision byRoles = decideByRoles(caller, question);
        if (byRoles.allowed() || byRbac.reason().isEmpty()) {
            return byRoles;
        }
        return byRoles.reason().isEmpty() ? byRbac : new Decision(false, byRoles.reason() + "; " + byRbac.reason());
    }

    /** What Drover's own roles say alone: they are for people, and what everybody may is not for service accounts. */
    public Decision decideByRoles(Caller caller, Question question) {
        if (ServiceAccounts.isOne(caller.userId())) {
            return NOT_FOR_ACCOUNTS;
        }
        Authorizer present = authorizer.get();
        return present == null
                ? new Decision(false, "Drover's roles are not known before the authorizer has started")
                : present.decide(caller, question);
    }

    /** @param verb the method in lower case */
    public Decision decidePath(Caller caller, String verb, String path) {
        if (caller.isSystem()) {
            return SYSTEM;
        }
        Decision byRbac = rbac.decidePath(caller, verb, path);
        if (byRbac.allowed()) {
            return byRbac;
        }
        Decision everything = decideByRoles(caller, EVERYTHING);
        return everything.allowed() ? everything : byRbac;
    }

    Rbac rbac() {
        return rbac;
    }
}
