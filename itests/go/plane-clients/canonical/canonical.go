// Package canonical writes what two servers said so that it can be compared: without uids, versions and times.
package canonical

import (
	"encoding/json"
	"fmt"
	"regexp"
	"sort"
	"strings"
)

var (
	times     = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`)
	uids      = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	eventName = regexp.MustCompile(`\.[0-9a-f]{16}\b`)
)

// Of is an object as JSON without what is another each time: uids, versions and times.
func Of(object any) string {
	written, err := json.Marshal(object)
	if err != nil {
		return err.Error()
	}
	var tree any
	if err := json.Unmarshal(written, &tree); err != nil {
		return err.Error()
	}
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(steady(tree)); err != nil {
		return err.Error()
	}
	return Masked(strings.TrimSpace(text.String()))
}

// Unmanaged is Of without the managers of fields.
func Unmanaged(object any) string {
	written, err := json.Marshal(object)
	if err != nil {
		return err.Error()
	}
	var tree map[string]any
	if err := json.Unmarshal(written, &tree); err != nil {
		return err.Error()
	}
	if metadata, has := tree["metadata"].(map[string]any); has {
		delete(metadata, "managedFields")
	}
	return Of(tree)
}

// Masked is a text without them.
func Masked(text string) string {
	return eventName.ReplaceAllString(uids.ReplaceAllString(times.ReplaceAllString(text, "<time>"), "<uid>"), ".<id>")
}

func steady(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if _, isText := member.(string); isText && (name == "resourceVersion" || name == "token") {
				value[name] = "<" + name + ">"
				continue
			}
			value[name] = steady(member)
		}
		if managers, has := value["managedFields"].([]any); has {
			sort.Slice(managers, func(i, j int) bool { return fmt.Sprint(managers[i]) < fmt.Sprint(managers[j]) })
		}
	case []any:
		for i := range value {
			value[i] = steady(value[i])
		}
	}
	return value
}

// Told is an error as its reader sees it.
func Told(err error) string {
	if err == nil {
		return "no error"
	}
	return Masked(strings.ReplaceAll(err.Error(), "\n", " "))
}
