package io.drover.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import io.drover.apiserver.cel.CelFailure;
import io.drover.apiserver.cel.Environment;
import io.drover.apiserver.cel.Program;
import io.drover.apiserver.cel.Type;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the expressions of an admission policy, or of webhooks, may look at. A policy's own variables are known to those expressions that
 * are compiled after them.
 */
public final class PolicyExpressions {

    private final Environment request;
    private final Environment requestAndRights;
    private final Map<String, Type> variables = new LinkedHashMap<>();

    private PolicyExpressions(Environment request) {
        this.request = request;
        this.requestAndRights = AuthorizerFunctions.in(request);
    }

    /** Of a condition that says whether a webhook is asked. */
    public static Environment ofWebhooks() {
        return AuthorizerFunctions.in(request(Type.DYN));
    }

    /** Of a policy, whatever it is about. */
    public static PolicyExpressions of(JsonNode spec) {
        boolean parameters = spec.path("paramKind").isObject();
        return of(Type.DYN, parameters ? Optional.of(Type.DYN) : Optional.empty());
    }

    /** Of a policy about objects of that type. */
    static PolicyExpressions of(Type object, Optional<Type> parameters) {
        Environment known = request(object).withVariable("namespaceObject", RequestTypes.NAMESPACE);
        return new PolicyExpressions(
                parameters.map(type -> known.withVariable("params", type)).orElse(known));
    }

    private static Environment request(Type object) {
        return Environment.KUBERNETES
                .withVariable("object", object)
                .withVariable("oldObject", object)
                .withVariable("request", RequestTypes.REQUEST);
    }

    /**
     * Compiles one of the policy's variables, for those after it.
     *
     * @throws CelFailure if it can't be; then it can be anything
     */
    public Program declare(String name, String expression) {
        Type type = Type.DYN;
        try {
            Program program = ofRules().compile(expression);
            type = program.resultType();
            return program;
        } finally {
            variables.put(name, type);
        }
    }

    /** Of a condition that says whether the policy is about a request. */
    public Environment ofConditions() {
        return requestAndRights;
    }

    public Environment ofRules() {
        return withVariables(requestAndRights);
    }

    /** Of what a policy's message may tell: nothing of rights. */
    public Environment ofMessages() {
        return withVariables(request);
    }

    private Environment withVariables(Environment environment) {
        return variables.isEmpty()
                ? environment
                : environment.withVariable(
                        "variables", new Type.ObjectOf("kubernetes.variables", Map.copyOf(variables)));
    }
}
