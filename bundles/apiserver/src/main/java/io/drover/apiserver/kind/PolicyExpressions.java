package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.apiserver.cel.CelFailure;
import io.drover.apiserver.cel.Environment;
import io.drover.apiserver.cel.Program;
import io.drover.apiserver.cel.Type;
import io.drover.apiserver.request.Refusal.Cause;
import java.util.List;
import java.util.Optional;

/** What the expressions of admission policies and webhooks may look at. */
public final class PolicyExpressions {

    private static final Environment REQUEST = Environment.KUBERNETES
            .withVariable("object", Type.DYN)
            .withVariable("oldObject", Type.DYN)
            .withVariable("request", Type.DYN);

    private static final Environment REQUEST_AND_RIGHTS = AuthorizerFunctions.in(REQUEST);

    private PolicyExpressions() {}

    /** Of a condition that says whether a webhook is asked. */
    public static Environment ofWebhooks() {
        return REQUEST_AND_RIGHTS;
    }

    /** @param parameters whether the policy takes some */
    public static Environment ofPolicies(boolean parameters) {
        return with(REQUEST_AND_RIGHTS, parameters);
    }

    /** What a policy's message may tell: nothing of rights. */
    public static Environment ofMessages(boolean parameters) {
        return withVariables(with(REQUEST, parameters));
    }

    private static Environment with(Environment request, boolean parameters) {
        Environment environment = request.withVariable("namespaceObject", Type.DYN);
        return parameters ? environment.withVariable("params", Type.DYN) : environment;
    }

    /** With what a policy's own variables are found in. */
    public static Environment withVariables(Environment environment) {
        return environment.withVariable("variables", Type.map(Type.STRING, Type.DYN));
    }

    /** Compiles an expression, or adds to {@code causes} why that can't be done. */
    static Optional<Program> check(Environment environment, JsonNode expression, String at, List<Cause> causes) {
        String text = expression.asText("");
        if (text.isBlank()) {
            causes.add(Cause.required(at, ""));
            return Optional.empty();
        }
        try {
            return Optional.of(environment.compile(text));
        } catch (CelFailure e) {
            causes.add(Cause.invalid(at, '"' + text + '"', "compilation failed: " + e.getMessage()));
            return Optional.empty();
        }
    }

    static void checkCondition(Environment environment, JsonNode expression, String at, List<Cause> causes) {
        check(environment, expression, at, causes).ifPresent(program -> {
            if (!program.resultType().equals(Type.BOOL) && !program.resultType().equals(Type.DYN)) {
                causes.add(Cause.invalid(at, '"' + expression.asText() + '"', "must evaluate to bool"));
            }
        });
    }

    static void checkMatchConditions(Environment environment, JsonNode conditions, String at, List<Cause> causes) {
        int i = 0;
        for (JsonNode condition : conditions) {
            String here = at + "[" + i++ + "]";
            if (condition.path("name").asText("").isEmpty()) {
                causes.add(Cause.required(here + ".name", ""));
            }
            checkCondition(environment, condition.path("expression"), here + ".expression", causes);
        }
    }
}
