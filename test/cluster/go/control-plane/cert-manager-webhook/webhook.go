// Package webhook runs the admission webhook of cert-manager.
package webhook

import (
	"context"
	"flag"
	"net/http"

	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/cert-manager/cert-manager/internal/webhook"
	"github.com/cert-manager/cert-manager/pkg/webhook/admission"
	"github.com/cert-manager/cert-manager/pkg/webhook/options"
)

// Run serves admission reviews until ctx ends. cert-manager's own server would listen on every address of the machine.
func Run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("cert-manager-webhook", flag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", "", "kubeconfig of the API server")
	listen := flags.String("listen", "127.0.0.1:10250", "address to serve on")
	certificate := flags.String("tls-cert-file", "", "certificate to serve with")
	key := flags.String("tls-private-key-file", "", "its key")
	_ = flags.Parse(args)

	config, err := options.NewWebhookConfiguration()
	if err != nil {
		return err
	}
	config.KubeConfig = *kubeconfig
	log := klog.Background().WithName("cert-manager-webhook")
	ctrl.SetLogger(log)
	chain, err := webhook.NewCertManagerWebhookServer(log, *config)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/mutate", admission.NewCustomMutationWebhook(chain.MutationWebhook))
	mux.Handle("/validate", admission.NewCustomValidationWebhook(chain.ResourceScheme, chain.ValidationWebhook))
	server := &http.Server{Addr: *listen, Handler: mux}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	return server.ListenAndServeTLS(*certificate, *key)
}
