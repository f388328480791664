// Package webhook runs the admission webhook of cert-manager.
package webhook

import (
	"context"
	"fmt"

	"github.com/spf13/pflag"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/cert-manager/cert-manager/internal/webhook"
	logf "github.com/cert-manager/cert-manager/pkg/logs"
	"github.com/cert-manager/cert-manager/pkg/webhook/options"
)

// Run serves admission reviews as the flags of cert-manager's own webhook say, until ctx ends.
func Run(ctx context.Context, args []string) error {
	config, err := options.NewWebhookConfiguration()
	if err != nil {
		return fmt.Errorf("webhook configuration: %w", err)
	}
	flags := pflag.NewFlagSet("cert-manager-webhook", pflag.ContinueOnError)
	options.AddConfigFlags(flags, config)
	if err := flags.Parse(args); err != nil {
		return err
	}
	log := klog.Background().WithName("cert-manager-webhook")
	ctrl.SetLogger(log)
	server, err := webhook.NewCertManagerWebhookServer(log, *config)
	if err != nil {
		return err
	}
	return server.Run(logf.NewContext(ctx, log))
}
