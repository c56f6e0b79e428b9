package io.drover.apiserver.admission;

import io.drover.api.auth.Caller;
import io.drover.api.auth.Decision;
import io.drover.api.auth.Question;
import io.drover.api.plane.Admission.Change;
import io.drover.apiserver.access.Rights;
import io.drover.apiserver.access.ServiceAccounts;
import io.drover.apiserver.kind.AuthorizerFunctions;
import io.drover.apiserver.kind.AuthorizerFunctions.Judge;
import io.drover.apiserver.kind.ResourceType;
import java.util.Map;

/** What the author of a change may do, for expressions that ask. */
record CallersRights(Rights rights, Caller caller) implements Judge {

    /** The variables of expressions about a change. */
    static Map<String, Object> values(Rights rights, Change change, ResourceType type) {
        String resource = change.subresource().isEmpty() ? type.plural() : type.plural() + "/" + change.subresource();
        return AuthorizerFunctions.values(
                new CallersRights(rights, change.caller()),
                new Question("", type.group(), resource, change.namespace(), change.name()));
    }

    @Override
    public Decision may(Question question) {
        return rights.decide(caller, question);
    }

    @Override
    public Decision mayOnPath(String verb, String path) {
        return rights.decidePath(caller, verb, path);
    }

    @Override
    public Judge ofServiceAccount(String namespace, String name) {
        return new CallersRights(rights, ServiceAccounts.caller(namespace, name));
    }
}
