package io.drover.apiserver.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CelTest {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private static final ObjectNode SCHEMA = yaml(
            """
            type: object
            required: [name]
            properties:
              name: {type: string, maxLength: 20}
              free: {type: string}
              count: {type: integer}
              ratio: {type: number}
              on: {type: boolean}
              when: {type: string, format: date-time}
              any: {x-kubernetes-int-or-string: true}
              a-b.c: {type: integer}
              namespace: {type: string}
              tags: {type: array, maxItems: 5, items: {type: string, maxLength: 10}}
              many: {type: array, items: {type: string}}
              set: {type: array, x-kubernetes-list-type: set, items: {type: integer}}
              labels: {type: object, additionalProperties: {type: string}}
              ports:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [port]
                items: {type: object, properties: {port: {type: integer}, name: {type: string}}}
            """);
    private static final ObjectNode SELF = yaml(
            """
            name: héllo
            free: a-b-c
            count: 3
            ratio: 2
            on: true
            when: "2024-02-29T13:05:09Z"
            any: 80%
            a-b.c: 7
            namespace: ns
            tags: [a, b, c]
            set: [1, 2]
            labels: {x: "1", y: "2"}
            ports: [{port: 80, name: http}, {port: 443, name: https}]
            """);
    private static final Environment ENVIRONMENT =
            Environment.KUBERNETES.withVariable("self", SchemaTypes.of(SCHEMA).orElseThrow());

    private static ObjectNode yaml(String text) {
        try {
            return (ObjectNode) YAML.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Object evaluate(String expression) {
        return ENVIRONMENT.compile(expression).evaluate(Map.of("self", (JsonNode) SELF), Budget.ofRequest());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "self.count + 2 * 3 == 9 && -self.count == -3",
                "self.ratio == 2.0 && self.ratio < self.count",
                "7 / 2 == 3 && -7 / 2 == -3 && -7 % 3 == -1 && 7u % 4u == 3u",
                "0x1F == 31 && 1e3 == 1000.0 && .5 + .5 == 1.0",
                "'\\u00e9' == 'é' && r'\\d' == '\\\\d' && '''a'b''' == \"a'b\"",
                "size(self.name) == 5 && self.name.size() == 5 && size(b'é') == 2",
                "self.on ? self.name == 'héllo' : false",
                "has(self.free) && !has(self.many)",
                "self.a__dash__b__dot__c == 7 && self.__namespace__ == 'ns'",
                "self.tags.all(t, t.size() == 1) && self.tags.exists(t, t == 'b') && self.tags.exists_one(t, t > 'b')",
                "self.tags.map(t, t + '!') == ['a!', 'b!', 'c!'] && self.tags.map(t, t > 'a', t) == ['b', 'c']",
                "self.tags.filter(t, t != 'a') == ['b', 'c'] && 'c' in self.tags && !('z' in self.labels)",
                "self.labels.all(k, self.labels[k] < '3') && self.labels['x'] == '1' && self.labels.y == '2'",
                "self.labels.transformList(k, v, k + v).size() == 2 && self.tags.all(i, t, self.tags[i] == t)",
                "self.tags.transformMap(i, t, t + t)[1] == 'bb'",
                "self.set == [2, 1] && (self.set + [2, 3]).size() == 3",
                "self.ports.exists(p, p.port == 443 && p.name == 'https')",
                "self.any == '80%' && type(self.any) == string && dyn(1) == 1.0",
                "self.when > timestamp('2024-01-01T00:00:00Z') && self.when.getMonth() == 1 && self.when.getDate() == 29",
                "self.when.getHours('+02:00') == 15 && self.when.getDayOfWeek() == 4",
                "self.when - timestamp('2024-02-29T13:05:00Z') == duration('9s') && duration('1h30m').getMinutes() == 90",
                "string(1.0) == '1' && string(1e21) == '1e+21' && int('12') == 12 && string(duration('90s')) == '90s'",
                "1/0 == 1 || true",
                "!([1, 0].exists(i, 1 / i > 5)) || true",
                "[0, 1].exists(i, 1 / i == 1)",
                "cel.bind(x, self.count * 2, x + x) == 12",
                "self.?many.hasValue() == false && self.?count.orValue(9) == 3 && self.labels[?'z'].orValue('n') == 'n'",
                "optional.of(2).optMap(v, v * 3).value() == 6 && [?optional.none(), ?optional.of(1)] == [1]",
                "self.free.split('-') == ['a', 'b', 'c'] && self.free.replace('-', '+', 1) == 'a+b-c'",
                "'abc'.substring(1) == 'bc' && 'tacocat'.substring(0, 4) == 'taco' && 'hello'.charAt(4) == 'o'",
                "'  x '.trim() == 'x' && 'ABC'.lowerAscii() == 'abc' && ['a', 'b'].join(',') == 'a,b'",
                "'hello mellow'.indexOf('ello', 2) == 7 && 'hello mellow'.lastIndexOf('ello') == 7",
                "'%s is %d%% %.2f %s'.format([dyn('x'), 5, 1.5, [dyn(1), 'a']]) == 'x is 5% 1.50 [1, a]'",
                "self.free.matches('^[a-c-]+$') && 'abc 123'.find('[0-9]+') == '123' && '1,2,3'.findAll('[0-9]', 2) == ['1', '2']",
                "[1, 2, 3].isSorted() && [1, 2].sum() == 3 && ['b', 'a'].min() == 'a' && [1, 2, 1].lastIndexOf(1) == 2",
                "sets.contains([1, 2], [2]) && sets.equivalent([1, 2], [2, 1, 1]) && !sets.intersects([1], [2])",
                "url('https://a.b:80/c%20d?q=1&q=2').getHost() == 'a.b:80' && isURL('/x') && !isURL('../x')",
                "url('https://[::1]:80/p?q=1').getHostname() == '::1' && url('/x?q=1&q=2').getQuery()['q'] == ['1', '2']",
                "quantity('1.5Gi').isGreaterThan(quantity('1G')) && quantity('50k').add(20).asInteger() == 50020",
                "isQuantity('1m') && !isQuantity('1,3') && quantity('100m') == quantity('0.1') && quantity('-1').sign() == -1",
                "cidr('10.0.0.0/8').containsIP('10.1.2.3') && cidr('192.168.1.9/24').masked() == cidr('192.168.1.0/24')",
                "ip('::1').isLoopback() && ip('2001:db8::1').family() == 6 && !isIP('1.2.3') && string(ip('fe80:0::1')) == 'fe80::1'",
                "ip.isCanonical('127.0.0.1') && !ip.isCanonical('::0001') && cidr('::/0').prefixLength() == 0",
                "semver('1.2.3-rc.1').isLessThan(semver('1.2.3')) && isSemver('v1.0', true) && semver('1.10.0').minor() == 10",
                "!format.dns1123Label().validate('a-b').hasValue() && format.named('uuid').value().validate('x').hasValue()",
                "type(1) == int && type('') != bytes && type([]) == list",
                "{'a': 1}['a'] == 1 && {1: 'x', 2: 'y'}.size() == 2 && [1, 2][1] == 2",
                "'a' < 'b' && b'a' < b'b' && true > false && 1 < 2u && 1.5 > 1"
            })
    void anExpressionIsTrue(String expression) {
        assertThat(evaluate(expression)).isEqualTo(true);
    }

    @Test
    void wrongExpressionsAreRefusedWithThePlace() {
        assertThatThrownBy(() -> ENVIRONMENT.compile("self.nmae == 'a'"))
                .hasMessage("ERROR: <input>:1:5: undefined field 'nmae'\n | self.nmae == 'a'\n | ....^");
        assertThatThrownBy(() -> ENVIRONMENT.compile("self.count == 'a'"))
                .hasMessageContaining("1:12: found no matching overload for '_==_' applied to '(int, string)'");
        assertThatThrownBy(() -> ENVIRONMENT.compile("slef.name == 'a'"))
                .hasMessageContaining("undeclared reference to 'slef' (in container '')");
        assertThatThrownBy(() -> ENVIRONMENT.compile("self.name.foo()"))
                .hasMessageContaining("undeclared reference to 'foo' (in container '')");
        assertThatThrownBy(() -> ENVIRONMENT.compile("[1, 'a']"))
                .hasMessageContaining("expected type 'int' but found 'string'");
        assertThatThrownBy(() -> ENVIRONMENT.compile("self.count.all(x, true)"))
                .hasMessageContaining("cannot be range of a comprehension");
        assertThatThrownBy(() -> ENVIRONMENT.compile("1 +")).hasMessageContaining("Syntax error");
        assertThatThrownBy(() -> ENVIRONMENT.compile("(".repeat(10_000))).isInstanceOf(CelFailure.class);
    }

    @Test
    void whatHasNoValueSaysWhy() {
        assertThatThrownBy(() -> evaluate("self.labels['z'] == ''")).hasMessage("no such key: z");
        assertThatThrownBy(() -> evaluate("self.tags[7] == ''")).hasMessageContaining("index out of bounds: 7");
        assertThatThrownBy(() -> evaluate("1 / (self.count - 3)")).hasMessage("division by zero");
        assertThatThrownBy(() -> evaluate("9223372036854775807 + 1")).hasMessage("integer overflow");
    }

    @Test
    void costsAreThoseOfThePublishedLanguage() {
        assertThat(ENVIRONMENT.compile("self.count > 1").cost()).isEqualTo(new Range(3, 3));
        assertThat(ENVIRONMENT.compile("self.on && self.count > 1").cost()).isEqualTo(new Range(2, 5));
        assertThat(ENVIRONMENT.compile("self.name == 'ab'").cost()).isEqualTo(new Range(3, 3));
        assertThat(ENVIRONMENT.compile("self.name.contains(self.name)").cost().max())
                .isEqualTo(4 + 8 * 8);
        assertThat(ENVIRONMENT.compile("self.tags.all(t, t == 'a')").cost().max())
                .isEqualTo(3 + 5 * 5);
        assertThat(ENVIRONMENT
                        .compile("self.many.all(a, self.many.all(b, a == b))")
                        .cost()
                        .max())
                .isGreaterThan(1_000_000_000L);
        Budget budget = Budget.ofRequest();
        ENVIRONMENT.compile("self.tags.all(t, t != 'z')").evaluate(Map.of("self", (JsonNode) SELF), budget);
        assertThat(budget.spent()).isEqualTo(3 + 3 * 5);
    }

    @Test
    void anEvaluationEndsWhenItsBudgetIsSpent() {
        Program program = ENVIRONMENT.compile("self.tags.all(a, self.tags.all(b, self.tags.all(c, true)))");
        Budget small = new Budget(Budget.PER_REQUEST, 50);
        assertThatThrownBy(() -> program.evaluate(Map.of("self", (JsonNode) SELF), small))
                .isInstanceOf(CelFailure.TooExpensive.class);
        assertThat(small.spent()).isLessThan(60);
    }
}
