package io.drover.apiserver.kind;

import static io.drover.apiserver.cel.Overload.member;
import static io.drover.apiserver.cel.Type.BOOL;
import static io.drover.apiserver.cel.Type.STRING;

import io.drover.api.auth.Decision;
import io.drover.api.auth.Question;
import io.drover.apiserver.cel.CelFailure;
import io.drover.apiserver.cel.CostRule;
import io.drover.apiserver.cel.Environment;
import io.drover.apiserver.cel.Overload;
import io.drover.apiserver.cel.Type;
import java.util.List;
import java.util.Map;

/** {@code authorizer}, by which expressions ask what the caller may do otherwise, with Kubernetes' functions and what they cost there. */
public final class AuthorizerFunctions {

    private static final String VARIABLE = "authorizer";
    private static final String REQUEST_RESOURCE = "authorizer.requestResource";
    private static final CostRule CHECK = CostRule.of(350_000);

    private static final Type AUTHORIZER = type("Authorizer");
    private static final Type PATH = type("PathCheck");
    private static final Type GROUP = type("GroupCheck");
    private static final Type RESOURCE = type("ResourceCheck");
    private static final Type DECISION = type("Decision");

    private AuthorizerFunctions() {}

    /** Knows what somebody may do. */
    public interface Judge {

        Decision may(Question question);

        /** @param verb the method in lower case */
        Decision mayOnPath(String verb, String path);

        /** What that service account may do. */
        Judge ofServiceAccount(String namespace, String name);
    }

    private static Type type(String name) {
        return Type.opaque("kubernetes.authorization." + name);
    }

    static Environment in(Environment environment) {
        return environment
                .withVariable(VARIABLE, AUTHORIZER)
                .withVariable(REQUEST_RESOURCE, RESOURCE)
                .withFunctions(all());
    }

    /**
     * The variables' values.
     *
     * @param request what is being asked for, whatever its verb
     */
    public static Map<String, Object> values(Judge judge, Question request) {
        return Map.of(VARIABLE, new Authorizer(judge), REQUEST_RESOURCE, new ResourceCheck(judge, request, ""));
    }

    private record Authorizer(Judge judge) implements Overload.OpaqueValue {
        @Override
        public Type type() {
            return AUTHORIZER;
        }
    }

    private record PathCheck(Judge judge, String path) implements Overload.OpaqueValue {
        @Override
        public Type type() {
            return PATH;
        }
    }

    private record GroupCheck(Judge judge, String group) implements Overload.OpaqueValue {
        @Override
        public Type type() {
            return GROUP;
        }
    }

    /** @param asked its verb does not count, and it is without the subresource */
    private record ResourceCheck(Judge judge, Question asked, String subresource) implements Overload.OpaqueValue {
        @Override
        public Type type() {
            return RESOURCE;
        }

        ResourceCheck in(String namespace) {
            return new ResourceCheck(
                    judge, new Question("", asked.group(), asked.resource(), namespace, asked.name()), subresource);
        }

        ResourceCheck named(String name) {
            return new ResourceCheck(
                    judge, new Question("", asked.group(), asked.resource(), asked.namespace(), name), subresource);
        }

        Decided check(String verb) {
            String resource = subresource.isEmpty() ? asked.resource() : asked.resource() + "/" + subresource;
            return new Decided(judge.may(new Question(verb, asked.group(), resource, asked.namespace(), asked.name())));
        }
    }

    private record Decided(Decision decision) implements Overload.OpaqueValue {
        @Override
        public Type type() {
            return DECISION;
        }
    }

    private static List<Overload> all() {
        return List.of(
                member("path", PATH, a -> new PathCheck(judge(a), given(a[1], "path")), AUTHORIZER, STRING),
                member("group", GROUP, a -> new GroupCheck(judge(a), (String) a[1]), AUTHORIZER, STRING),
                member("serviceAccount", AUTHORIZER, a -> serviceAccount(a), AUTHORIZER, STRING, STRING),
                member("resource", RESOURCE, a -> resource(a), GROUP, STRING),
                member("subresource", RESOURCE, a -> subresource(a), RESOURCE, STRING),
                member("namespace", RESOURCE, a -> ((ResourceCheck) a[0]).in((String) a[1]), RESOURCE, STRING),
                member("name", RESOURCE, a -> ((ResourceCheck) a[0]).named((String) a[1]), RESOURCE, STRING),
                // Roles don't know selectors: who may list some may list all.
                member("fieldSelector", RESOURCE, a -> a[0], RESOURCE, STRING),
                member("labelSelector", RESOURCE, a -> a[0], RESOURCE, STRING),
                member("check", DECISION, a -> ((ResourceCheck) a[0]).check((String) a[1]), RESOURCE, STRING)
                        .costing(CHECK),
                member("check", DECISION, a -> path(a), PATH, STRING).costing(CHECK),
                member("allowed", BOOL, a -> ((Decided) a[0]).decision().allowed(), DECISION),
                member("reason", STRING, a -> ((Decided) a[0]).decision().reason(), DECISION),
                // There is always an answer.
                member("errored", BOOL, a -> false, DECISION),
                member("error", STRING, a -> "", DECISION));
    }

    private static Judge judge(Object[] arguments) {
        return ((Authorizer) arguments[0]).judge();
    }

    private static String given(Object text, String what) {
        if (((String) text).isBlank()) {
            throw new CelFailure(what + " must not be empty");
        }
        return (String) text;
    }

    private static Authorizer serviceAccount(Object[] arguments) {
        return new Authorizer(judge(arguments)
                .ofServiceAccount(
                        given(arguments[1], "service account namespace"), given(arguments[2], "service account name")));
    }

    private static ResourceCheck resource(Object[] arguments) {
        GroupCheck group = (GroupCheck) arguments[0];
        Question question = new Question("", group.group(), given(arguments[1], "resource"), "", "");
        return new ResourceCheck(group.judge(), question, "");
    }

    private static ResourceCheck subresource(Object[] arguments) {
        ResourceCheck check = (ResourceCheck) arguments[0];
        return new ResourceCheck(check.judge(), check.asked(), (String) arguments[1]);
    }

    private static Decided path(Object[] arguments) {
        PathCheck check = (PathCheck) arguments[0];
        return new Decided(check.judge().mayOnPath((String) arguments[1], check.path()));
    }
}
