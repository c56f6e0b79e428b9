// Command client is an agent built on the real remotedialer: it connects to a tunnel server and dials whatever TCP
// address the server asks for. It runs until it is killed, and connects again when the tunnel breaks.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/gorilla/websocket"
	"github.com/rancher/remotedialer"
)

type headers http.Header

func (h headers) String() string { return "" }

func (h headers) Set(line string) error {
	name, value, found := strings.Cut(line, ":")
	if !found {
		return fmt.Errorf("header without a colon: %s", line)
	}
	http.Header(h).Add(strings.TrimSpace(name), strings.TrimSpace(value))
	return nil
}

func main() {
	sent := headers{}
	url := flag.String("url", "", "ws:// or wss:// address to connect to")
	ca := flag.String("ca", "", "file with the certificate authority to trust, instead of the system's")
	flag.Var(sent, "header", "a header to send, as 'Name: value'; may be repeated")
	flag.Parse()

	dialer := &websocket.Dialer{HandshakeTimeout: 10 * time.Second, Proxy: http.ProxyFromEnvironment}
	if *ca != "" {
		pem, err := os.ReadFile(*ca)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(pem) {
			fmt.Fprintln(os.Stderr, "no certificate in", *ca)
			os.Exit(1)
		}
		dialer.TLSClientConfig = &tls.Config{RootCAs: roots}
	}

	connected := func(context.Context, *remotedialer.Session) error {
		fmt.Println("connected")
		return nil
	}
	allow := func(network, address string) bool { return network == "tcp" }
	for {
		err := remotedialer.ConnectToProxy(context.Background(), *url, http.Header(sent), allow, dialer, connected)
		fmt.Println("disconnected:", err)
		time.Sleep(time.Second)
	}
}
