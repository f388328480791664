package main

import (
	"flag"
	"log"
	"net/http"
	"os"

	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
)

// pebble serves ACME. It validates challenges for real, asking the DNS server it is given.
func pebble() error {
	flags := flag.NewFlagSet("pebble", flag.ExitOnError)
	listen := flags.String("listen", "127.0.0.1:14000", "address of the ACME directory")
	management := flags.String("management", "127.0.0.1:15000", "address that gives away the roots")
	certificate := flags.String("tls-cert-file", "", "certificate to serve with")
	key := flags.String("tls-private-key-file", "", "its key")
	dnsServer := flags.String("dnsserver", "", "address of the DNS server that challenges are looked up on")
	httpPort := flags.Int("http-port", 5002, "port of HTTP01 challenges")
	tlsPort := flags.Int("tls-port", 5001, "port of TLS-ALPN-01 challenges")
	_ = flags.Parse(os.Args[1:])

	logger := log.New(os.Stdout, "pebble ", log.LstdFlags|log.Lmicroseconds)
	store := db.NewMemoryStore()
	profiles := map[string]ca.Profile{"default": {Description: "for tests"}}
	authority := ca.New(logger, store, "", "ecdsa", 0, 1, profiles)
	validation := va.New(logger, *httpPort, *tlsPort, false, *dnsServer, store)
	frontend := wfe.New(logger, store, validation, authority, []string{"pebble.invalid"}, false, false, 1, 1)

	failed := make(chan error)
	serve := func(address string, handler http.Handler) {
		failed <- http.ListenAndServeTLS(address, *certificate, *key, handler)
	}
	go serve(*management, frontend.ManagementHandler())
	go serve(*listen, frontend.Handler())
	return <-failed
}
