package main

import (
	"flag"
	"os"
	"strings"
	"sync"

	"github.com/miekg/dns"
)

// zone is one DNS zone whose records are set by dynamic updates (RFC 2136): where cert-manager puts the answers to DNS01
// challenges, and where it and the ACME server look for them.
type zone struct {
	origin  string
	mutex   sync.Mutex
	records map[string][]dns.RR
}

func dynamicDNS() error {
	flags := flag.NewFlagSet("dns", flag.ExitOnError)
	listen := flags.String("listen", "127.0.0.1:5353", "address to serve on, UDP and TCP")
	origin := flags.String("zone", "test.", "the zone")
	_ = flags.Parse(os.Args[1:])

	z := &zone{origin: dns.Fqdn(*origin), records: map[string][]dns.RR{}}
	failed := make(chan error)
	for _, network := range []string{"udp", "tcp"} {
		server := &dns.Server{Addr: *listen, Net: network, Handler: dns.HandlerFunc(z.serve), MsgAcceptFunc: acceptUpdates}
		go func() { failed <- server.ListenAndServe() }()
	}
	return <-failed
}

// acceptUpdates lets dynamic updates in, which the library's default turns away.
func acceptUpdates(header dns.Header) dns.MsgAcceptAction {
	if opcode := int(header.Bits>>11) & 0xF; opcode == dns.OpcodeUpdate {
		return dns.MsgAccept
	}
	return dns.DefaultMsgAcceptFunc(header)
}

func (z *zone) serve(w dns.ResponseWriter, request *dns.Msg) {
	z.mutex.Lock()
	defer z.mutex.Unlock()
	reply := new(dns.Msg).SetReply(request)
	if request.Opcode == dns.OpcodeUpdate {
		for _, record := range request.Ns {
			z.update(record)
		}
	} else {
		z.answer(reply, request.Question[0])
	}
	_ = w.WriteMsg(reply)
}

func (z *zone) update(record dns.RR) {
	header := record.Header()
	name := strings.ToLower(header.Name)
	switch header.Class {
	case dns.ClassINET:
		z.records[name] = append(z.records[name], record)
	case dns.ClassANY: // every record of the name, or of one type of it
		z.remove(name, func(other dns.RR) bool { return header.Rrtype == dns.TypeANY || header.Rrtype == other.Header().Rrtype })
	case dns.ClassNONE: // this one record
		header.Class = dns.ClassINET
		z.remove(name, func(other dns.RR) bool { return dns.IsDuplicate(record, other) })
	}
}

func (z *zone) remove(name string, matches func(dns.RR) bool) {
	kept := z.records[name][:0]
	for _, record := range z.records[name] {
		if !matches(record) {
			kept = append(kept, record)
		}
	}
	z.records[name] = kept
}

func (z *zone) answer(reply *dns.Msg, question dns.Question) {
	reply.Authoritative = true
	name := strings.ToLower(question.Name)
	if !dns.IsSubDomain(z.origin, name) {
		reply.Rcode = dns.RcodeNameError
		return
	}
	soa := &dns.SOA{
		Hdr:  dns.RR_Header{Name: z.origin, Rrtype: dns.TypeSOA, Class: dns.ClassINET, Ttl: 1},
		Ns:   "ns." + z.origin,
		Mbox: "nobody." + z.origin,
	}
	if name == z.origin && question.Qtype == dns.TypeSOA {
		reply.Answer = append(reply.Answer, soa)
		return
	}
	for _, record := range z.records[name] {
		if record.Header().Rrtype == question.Qtype {
			reply.Answer = append(reply.Answer, record)
		}
	}
	if len(reply.Answer) == 0 {
		reply.Ns = append(reply.Ns, soa)
	}
}
