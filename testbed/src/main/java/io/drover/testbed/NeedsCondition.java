package io.drover.testbed;

import static org.junit.platform.commons.support.AnnotationSupport.findAnnotation;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Decides whether a test with {@link Needs} runs. */
final class NeedsCondition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Optional<Needs> needs = findAnnotation(context.getElement(), Needs.class);
        Map<String, String> missing = new LinkedHashMap<>();
        needs.ifPresent(all -> {
            for (Need need : all.value()) {
                Host.install(need);
                missing.putAll(Host.missing(need));
            }
        });
        return missing.isEmpty()
                ? ConditionEvaluationResult.enabled("nothing is missing")
                : ConditionEvaluationResult.disabled("this machine lacks " + missing);
    }
}
