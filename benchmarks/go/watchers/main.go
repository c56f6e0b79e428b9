// Command watchers keeps many watches of a few objects open at a Kubernetes API and changes the objects. Who changes one writes into it
// when that was, so that whoever hears of it knows how long it took. It prints "ready" once every watch has heard of every object, then
// answers each line that it is told:
//
//	rate SECONDS     events a second that all watches together hear of, when objects are changed as fast as can be
//	delay SECONDS    at 20 changes a second, milliseconds from before a change until a watch hears of it: those that 50 % and that 99 %
//	                 take at most; and until the change itself is answered, 99 %
//	stall N          opens N watches more, that stop reading at once
package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	objects  = 50
	inFlight = 8
	interval = 50 * time.Millisecond
)

var (
	sent   = []byte(`"sent":"`)
	url    = flag.String("url", "", "of the objects, ConfigMaps")
	token  = flag.String("token", "", "bearer token")
	count  = flag.Int("watches", 200, "how many")
	heard  atomic.Int64
	timing atomic.Bool
	start  = time.Now()

	// wrk, which makes most of the load, does not look at certificates either.
	client = &http.Client{Transport: &http.Transport{
		TLSClientConfig:     &tls.Config{InsecureSkipVerify: true},
		TLSNextProto:        map[string]func(string, *tls.Conn) http.RoundTripper{},
		MaxIdleConnsPerHost: inFlight,
	}}

	delaysLock sync.Mutex
	delays     []time.Duration
)

func main() {
	flag.Parse()
	for i := range objects {
		call("POST", *url, "application/json", fmt.Sprintf(`{"metadata":{"name":"o%d"},"data":{"sent":"0"}}`, i))
	}
	for range *count {
		go watch(true)
	}
	for heard.Load() < int64(*count*objects) {
		time.Sleep(10 * time.Millisecond)
	}
	fmt.Println("ready")
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		what, number, _ := strings.Cut(lines.Text(), " ")
		n, err := strconv.Atoi(number)
		if err != nil {
			log.Fatal(err)
		}
		switch what {
		case "rate":
			fmt.Printf("%.1f\n", rate(time.Duration(n)*time.Second))
		case "delay":
			fmt.Println(delay(time.Duration(n) * time.Second))
		case "stall":
			for range n {
				go watch(false)
			}
			fmt.Println(n)
		default:
			log.Fatalf("not known: %s", what)
		}
	}
}

func watch(reads bool) {
	response := answer("GET", *url+"?watch=true&timeoutSeconds=3000", "application/json", "")
	defer response.Body.Close()
	if !reads {
		select {}
	}
	reader := bufio.NewReaderSize(response.Body, 64<<10)
	for {
		line, err := reader.ReadSlice('\n')
		if err != nil {
			log.Fatal("a watch ended: ", err)
		}
		heard.Add(1)
		if !timing.Load() {
			continue
		}
		if at := bytes.Index(line, sent); at > 0 {
			text := line[at+len(sent):]
			began, err := strconv.ParseInt(string(text[:bytes.IndexByte(text, '"')]), 10, 64)
			if err != nil {
				log.Fatal(err)
			}
			took := time.Since(start) - time.Duration(began)
			delaysLock.Lock()
			delays = append(delays, took)
			delaysLock.Unlock()
		}
	}
}

func rate(length time.Duration) float64 {
	before := heard.Load()
	begin := time.Now()
	var writers sync.WaitGroup
	for first := range inFlight {
		writers.Go(func() {
			for n := first; time.Since(begin) < length; n += inFlight {
				change(n)
			}
		})
	}
	writers.Wait()
	return float64(heard.Load()-before) / time.Since(begin).Seconds()
}

func delay(length time.Duration) string {
	delays = nil
	var answers []time.Duration
	timing.Store(true)
	ticks := time.NewTicker(interval)
	for n := range int(length / interval) {
		<-ticks.C
		began := time.Now()
		change(n)
		answers = append(answers, time.Since(began))
	}
	ticks.Stop()
	time.Sleep(500 * time.Millisecond)
	timing.Store(false)
	delaysLock.Lock()
	defer delaysLock.Unlock()
	return fmt.Sprintf("%.3f %.3f %.3f", millis(delays, 50), millis(delays, 99), millis(answers, 99))
}

// What so many percent take at most.
func millis(times []time.Duration, percent int) float64 {
	slices.Sort(times)
	return float64(times[len(times)*percent/100].Microseconds()) / 1e3
}

func change(number int) {
	body := fmt.Sprintf(`{"data":{"sent":"%d"}}`, time.Since(start))
	call("PATCH", fmt.Sprintf("%s/o%d", *url, number%objects), "application/merge-patch+json", body)
}

func call(method, url, contentType, body string) {
	response := answer(method, url, contentType, body)
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		log.Fatal(err)
	}
}

func answer(method, url, contentType, body string) *http.Response {
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+*token)
	request.Header.Set("Content-Type", contentType)
	response, err := client.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	if response.StatusCode >= 300 && response.StatusCode != http.StatusConflict {
		log.Fatalf("%s %s answered %s", method, url, response.Status)
	}
	return response
}
